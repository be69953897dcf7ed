"""The system calls that a student's code may not make, as a filter that the kernel understands (seccomp)."""

import platform
import struct

# Memory that no limit counts, and doors that a notebook never needs. Numbers of x86_64 and aarch64.
FORBIDDEN = {"memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
             "semget": (64, 190), "io_setup": (206, 0),
             "mq_open": (240, 180), "io_uring_setup": (425, 425), "ptrace": (101, 117), "bpf": (321, 280),
             "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "userfaultfd": (323, 282),
             "perf_event_open": (298, 241), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
             "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "fsopen": (430, 430),
             "vmsplice": (278, 75), "pidfd_getfd": (438, 438), "syslog": (103, 116)}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
CLONE, CLONE3, SOCKET, MMAP = (56, 220), (435, 435), (41, 198), (9, 222)
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20
NEW_NAMESPACE = 0x7E020000                   # the flags of clone that open one: user, mount, network …
EPERM, ENOSYS = 1, 38


def seccomp_filter():
    """What is refused, as a BPF program: the list above, foreign calling conventions, new namespaces, and memory that
    no limit counts: sockets of a network with their buffers, shared memory without a file (it stays when its pages are
    given up). clone3, whose flags can't be seen, seems not to exist: then clone is used."""
    column, audit_arch = MACHINES[platform.machine()]
    load, equal, at_least, any_of, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    program = [(load, 4), (equal, audit_arch, None, "refuse"), (load, 0), (at_least, 0x40000000, "refuse", None),
               (equal, CLONE3[column], "no such call", None), (equal, CLONE[column], "clone", None),
               (equal, SOCKET[column], "socket", None), (equal, MMAP[column], "mmap", None)]
    program += [(equal, pair[column], "refuse", None) for pair in FORBIDDEN.values()]
    program += [(answer, 0x7FFF0000),
                "clone", (load, 16), (any_of, NEW_NAMESPACE, "refuse", "allow"),
                "socket", (load, 16), (equal, 1, "allow", "refuse"),            # AF_UNIX
                "mmap", (load, 40), (any_of, MAP_ANONYMOUS, None, "allow"), (any_of, MAP_SHARED, "refuse", "allow"),
                "allow", (answer, 0x7FFF0000),
                "refuse", (answer, 0x00050000 | EPERM),
                "no such call", (answer, 0x00050000 | ENOSYS)]
    places, steps = {}, []
    for step in program:
        if isinstance(step, str):
            places[step] = len(steps)
        else:
            steps.append(step)
    return b"".join(
        struct.pack("=HBBI", code, *(places[to] - here - 1 if to else 0 for to in jumps or (None, None)), value)
        for here, (code, value, *jumps) in enumerate(steps)
    )
