// Strip: the film as a row of pieces. Bought ones are filled; a click, a drag or the arrow keys go to a place.

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = String(Math.floor(whole / 60) % 60).padStart(hours ? 2 : 1, "0");
  return `${hours ? `${hours}:` : ""}${minutes}:${String(whole % 60).padStart(2, "0")}`;
};

export class Strip {
  /**
   * @param element the slider, with a canvas and a tip
   * @param player the player
   * @param seek called with the seconds of a place that was chosen
   */
  constructor(element, player, seek) {
    this.element = element;
    this.player = player;
    this.seek = seek;
    this.canvas = element.querySelector("canvas");
    this.tip = element.querySelector(".tip");
    this.bought = [];
    element.setAttribute("aria-valuemax", Math.floor(player.duration));
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      this.held = event.clientX;
      this.draw();
    });
    element.addEventListener("pointermove", (event) => {
      if (this.held !== undefined) this.held = event.clientX;
      this.show(event.clientX);
      this.draw();
    });
    element.addEventListener("pointerup", (event) => {
      if (this.held === undefined) return;
      this.held = undefined;
      this.seek(this.seconds(event.clientX));
    });
    element.addEventListener("pointercancel", () => { this.held = undefined; });
    element.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    new ResizeObserver(() => this.draw()).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  seconds(x) {
    const box = this.element.getBoundingClientRect();
    return Math.max(0, Math.min(1, (x - box.left) / box.width)) * this.player.duration;
  }

  show(x) {
    const seconds = this.seconds(x);
    const index = this.player.at(seconds);
    const price = this.bought[this.player.wanted]?.get(index);
    this.tip.textContent = price === undefined ? clock(seconds) : `${clock(seconds)} · ${price.toLocaleString("en")} satoshis`;
    this.tip.hidden = false;
    const box = this.element.getBoundingClientRect();
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, Math.min(box.width - width, x - box.left - width / 2))}px`;
  }

  /** Take the pieces that are bought: for each quality a map from index to satoshis. */
  take(bought) {
    this.bought = bought;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const scale = devicePixelRatio || 1;
    if (!width) return;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const colour = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
    const { duration, wanted, starts, title, video } = this.player;
    const per = width / duration;
    const top = height / 2 - 5;
    const gap = Math.min(2, (per * duration) / starts[wanted].length / 6);
    const others = this.bought.filter((_, quality) => quality !== wanted);
    starts[wanted].forEach((start, index) => {
      const length = title.qualities[wanted].durations[index] / 1000;
      const isHere = this.bought[wanted]?.has(index);
      context.globalAlpha = !isHere && others.some((each) => each.has(index)) ? 0.45 : 1;
      context.fillStyle = colour(isHere || context.globalAlpha < 1 ? "--bought" : "--empty");
      context.beginPath();
      context.roundRect(start * per, top, Math.max(0.5, length * per - gap), 10, Math.min(3, (length * per) / 4));
      context.fill();
    });
    context.globalAlpha = 1;
    const now = this.held === undefined ? video.currentTime : this.seconds(this.held);
    const x = Math.max(2, Math.min(width - 2, now * per));
    context.fillStyle = colour("--ink");
    context.beginPath();
    context.roundRect(x - 2, top - 6, 4, 22, 2);
    context.fill();
    this.element.setAttribute("aria-valuenow", Math.floor(now));
    this.element.setAttribute("aria-valuetext", `${clock(now)} of ${clock(duration)}`);
  }
}
