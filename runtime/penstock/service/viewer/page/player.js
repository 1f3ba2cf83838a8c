// Player: segments into a MediaSource, a few seconds ahead of what is watched. Each segment that is fetched is paid for.

const AHEAD = 6; // seconds
const KEPT = 30; // seconds that stay in memory after they were watched
const START = 0.25; // seconds by which the first picture of a segment may come late
const WAITS = [500, 1000, 2000, 3000]; // milliseconds between two tries

const events = (target, ...names) => new Promise((resolve) => {
  const done = (event) => {
    for (const name of names) target.removeEventListener(name, done);
    resolve(event);
  };
  for (const name of names) target.addEventListener(name, done);
});
const sleep = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export class Player {
  /**
   * @param video the video element
   * @param title the facts of the title
   * @param told called with {trouble} when a segment cannot be had, and with null when one has come
   */
  constructor(video, title, told) {
    this.video = video;
    this.title = title;
    this.told = told;
    this.quality = title.quality;
    this.wanted = title.quality;
    this.starts = title.qualities.map(({ durations }) => {
      let sum = 0;
      return durations.map((each) => { const start = sum / 1000; sum += each; return start; });
    });
    this.duration = this.length(this.quality);
    this.isStopped = false;
    this.fetching = null;
  }

  length(quality) {
    return this.title.qualities[quality].durations.reduce((sum, each) => sum + each, 0) / 1000;
  }

  /** The segment that holds a time. */
  at(seconds) {
    const starts = this.starts[this.wanted];
    let index = starts.length - 1;
    while (index > 0 && starts[index] > seconds + 0.01) index -= 1;
    return index;
  }

  /** Begin to play; it is to be called by a click, or a key. */
  async begin() {
    if (this.source) return;
    if (!("MediaSource" in window)) {
      this.source = true;
      this.video.src = `q${this.quality}.m3u8`; // browsers without MediaSource play playlists themselves
      return;
    }
    this.source = new MediaSource();
    this.video.src = URL.createObjectURL(this.source);
    await events(this.source, "sourceopen");
    this.source.duration = this.duration;
    this.buffer = this.source.addSourceBuffer(this.type(this.quality));
    this.isNew = true;
    this.run();
  }

  type(quality) {
    const { codecs, width } = this.title.qualities[quality];
    return `${width ? "video" : "audio"}/mp4; codecs="${codecs}"`;
  }

  seek(seconds) {
    const time = Math.max(0, Math.min(seconds, this.duration - 0.05));
    this.video.currentTime = time;
  }

  /** Choose another quality, from the next segment on. */
  choose(quality) {
    this.wanted = quality;
    this.fetching?.abort();
  }

  stop() {
    this.isStopped = true;
    this.fetching?.abort();
  }

  async run() {
    this.video.addEventListener("seeking", () => {
      const target = this.at(this.video.currentTime);
      if (this.fetching && this.fetching.index !== target) this.fetching.abort();
    });
    let failed = 0;
    while (!this.isStopped) {
      try {
        await this.step();
        failed = 0;
      } catch (error) {
        if (error.name === "AbortError") continue;
        this.told(error.facts ?? { code: "viewer-away", reason: "The viewer on this machine does not answer", remedy: "start it again: this page goes on by itself" });
        await Promise.race([sleep(WAITS[Math.min(failed, WAITS.length - 1)]), events(this.video, "seeking")]);
        failed += 1;
      }
    }
  }

  /** Append the next segment, or wait until one is needed. */
  async step() {
    if (this.isNew) {
      await this.append(await this.fetch(`q${this.quality}/init.mp4`));
      this.isNew = false;
    }
    if (this.wanted !== this.quality) await this.change();
    const now = this.video.currentTime;
    const end = this.end(now);
    if (end >= this.duration - 0.1) {
      if (this.source.readyState === "open" && !this.buffer.updating) this.source.endOfStream();
      await Promise.race([events(this.video, "seeking"), sleep(500)]);
      return;
    }
    if (end - now >= AHEAD) {
      await Promise.race([events(this.video, "timeupdate", "seeking"), sleep(500)]);
      return;
    }
    const index = this.at(end);
    const data = await this.fetch(`q${this.quality}/${String(index).padStart(5, "0")}.m4s`, index);
    this.told(null);
    await this.append(data);
    await this.forget();
  }

  /** The end of what is in memory from a time on, without a gap. */
  end(now) {
    const ranges = this.buffer.buffered;
    let end = now;
    for (let each = 0; each < ranges.length; each += 1) {
      if (ranges.start(each) <= end + START && ranges.end(each) > end) end = ranges.end(each);
    }
    // sound and picture end a little apart: the segment that is nearly there is there
    const starts = this.starts[this.quality];
    const next = starts.find((start) => start > end && start - end < START);
    return end > now && next !== undefined ? next : end;
  }

  async change() {
    this.quality = this.wanted;
    const init = await this.fetch(`q${this.quality}/init.mp4`);
    this.buffer.changeType(this.type(this.quality));
    await this.append(init);
    const from = this.video.currentTime + 0.5;
    if (this.buffer.buffered.length && from < this.duration) await this.remove(this.starts[this.quality][this.at(from)], this.duration);
  }

  async append(data) {
    while (true) {
      try {
        const done = events(this.buffer, "updateend");
        this.buffer.appendBuffer(data);
        await done;
        return;
      } catch (error) {
        if (error.name !== "QuotaExceededError") throw error;
        await this.remove(0, Math.max(0.1, this.video.currentTime - 5));
      }
    }
  }

  async remove(start, end) {
    if (end <= start) return;
    const done = events(this.buffer, "updateend");
    this.buffer.remove(start, end);
    await done;
  }

  async forget() {
    const ranges = this.buffer.buffered;
    const old = this.video.currentTime - KEPT;
    if (ranges.length && ranges.start(0) < old - 5) await this.remove(ranges.start(0), old);
  }

  /** Fetch something; a piece that is not wanted any more is given up: it is not paid for if its turn had not come. */
  async fetch(path, index = -1) {
    const control = new AbortController();
    this.fetching = { index, abort: () => control.abort() };
    try {
      const answer = await fetch(path, { headers: { "X-Penstock-Page": "1" }, signal: control.signal });
      if (!answer.ok) {
        const error = new Error(`status ${answer.status}`);
        error.facts = answer.status === 503 ? await answer.json() : undefined;
        throw error;
      }
      return await answer.arrayBuffer();
    } finally {
      this.fetching = null;
    }
  }
}
