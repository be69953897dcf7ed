"""What training leaves behind: one number an epoch, and a picture of them."""

from dataclasses import dataclass, field

from .display import history_html


@dataclass
class History:
    """One entry an epoch in every list; None where it wasn't measured.

    cost[e]: the mean cost of epoch e's examples, each taken before its batch's update: a running mean over
    networks that change. train_cost, validation_cost, accuracy, validation_accuracy: of one and the same network,
    the one after epoch e, so that they can be compared. Accuracies only where the targets are classes.
    best_epoch: the epoch, counted from 0, with the smallest validation cost, None without validation data.
    """

    cost: list = field(default_factory=list)
    train_cost: list = field(default_factory=list)
    validation_cost: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    _resume: object = field(default=None, repr=False, compare=False)         # order of the examples, optimiser's memory

    @property
    def epochs(self):
        """How many epochs there have been."""
        return len(self.cost)

    @property
    def best_epoch(self):
        """The epoch with the smallest validation cost, counted from 0, or None."""
        measured = [(cost, e) for e, cost in enumerate(self.validation_cost) if cost is not None]
        return min(measured)[1] if measured else None

    def add(self, **numbers):
        """One more epoch: a value or None for each list, by its name."""
        for name, value in numbers.items():
            getattr(self, name).append(value)

    def last(self):
        """The numbers of the last epoch, in words."""
        return ", ".join(f"{label} {values[-1]:.4g}" for label, values in self._lists() if values[-1] is not None)

    def __repr__(self):
        if not self.cost:
            return "<History: no epoch yet>"
        return f"<History of {self.epochs} epoch{'s' * (self.epochs > 1)}, the last: {self.last()}>"

    def _repr_html_(self):
        return history_html(self)

    def _lists(self):
        return (("running cost", self.cost), ("training cost", self.train_cost),
                ("validation cost", self.validation_cost), ("training accuracy", self.accuracy),
                ("validation accuracy", self.validation_accuracy))

    def plot(self, axes=None):
        """Draw the costs and, where measured, the accuracies over the epochs; returns the Matplotlib figure.

        axes: one Axes for the costs, or two, the second for the accuracies; None makes a figure of its own.
        """
        import matplotlib.pyplot as plt
        drawn = [(label, values) for label, values in self._lists() if any(value is not None for value in values)]
        costs = [(label, values) for label, values in drawn if label.endswith("cost")]
        shares = [(label, values) for label, values in drawn if label.endswith("accuracy")]
        if axes is None:
            count = 2 if shares else 1
            _, axes = plt.subplots(1, count, figsize=(4.2 * count, 3), squeeze=False, layout="constrained")
            axes = list(axes.flat)
        axes = list(axes) if isinstance(axes, (list, tuple)) or hasattr(axes, "flat") else [axes]
        styles = {"running cost": ":", "validation cost": "--", "validation accuracy": "--"}
        for ax, lines, label in zip(axes, (costs, shares), ("cost", "accuracy")):
            for name, values in lines:
                points = [(e, value) for e, value in enumerate(values, 1) if value is not None]
                ax.plot(*zip(*points), styles.get(name, "-"), label=name, marker="o" if len(points) == 1 else None)
            if label == "cost" and self.best_epoch is not None:
                ax.axvline(self.best_epoch + 1, color="grey", linewidth=0.8)
                ax.annotate("best", (self.best_epoch + 1, 1), xycoords=("data", "axes fraction"), ha="right",
                            va="top", rotation=90, color="grey", fontsize=8)
            ax.set_xlabel("epoch")
            ax.set_ylabel(label)
            if lines:
                ax.legend()
        return axes[0].figure
