// Numbers drawn from a seed, the same here and in Python (backprop/exercises/_draw.py).
// @ts-check
(() => {
  "use strict";

  /** Mulberry32: 32-bit integers only, so that both languages agree to the last bit. */
  class Draw {
    /** @param {number} seed */
    constructor(seed) { this.state = seed >>> 0; }

    /** A number from [0, 1). */
    unit() {
      this.state = (this.state + 0x6D2B79F5) >>> 0;
      let t = this.state;
      t = Math.imul(t ^ t >>> 15, t | 1);
      t ^= t + Math.imul(t ^ t >>> 7, t | 61);
      return ((t ^ t >>> 14) >>> 0) / 4294967296;
    }

    between(low, high) { return low + (high - low) * this.unit(); }

    /** A whole number from low to high, both possible. */
    whole(low, high) { return low + Math.floor(this.unit() * (high - low + 1)); }

    of(things) { return things[this.whole(0, things.length - 1)]; }
  }

  globalThis.bookAnswers = Object.assign(globalThis.bookAnswers || {}, { Draw });
})();
