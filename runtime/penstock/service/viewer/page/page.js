// Page: shows the title, the payments and the channel, and takes the wishes of the viewer.

import { Player } from "./player.js";
import { Strip, clock } from "./strip.js";

const at = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const many = (value, word) => `${number(value)} ${word}${value === 1 ? "" : "s"}`;
const PHASES = {
  opening: "Ready", funding: "Funding", open: "Open", closing: "Closing", closed: "Closed",
};
const SHOWN = 400; // pieces in the list

const title = await (await fetch("title")).json();
const video = at("video");
let state = null;
let fault = null;
let isGone = false;

const player = new Player(video, title, (trouble) => { fault = trouble; showTrouble(); });
const strip = new Strip(at("strip"), player, (seconds) => { player.seek(seconds); });

// What is shown ------------------------------------------------------------------------------------------------------

function showTitle() {
  document.title = `${title.name} · Penstock`;
  at("name").textContent = title.name;
  at("total").textContent = clock(player.duration);
  at("from").textContent = `from ${title.provider}${title.is_trial ? " · trial coins, without value" : ""}`;
  const select = at("quality");
  title.qualities.forEach((each, index) => {
    const rate = `${number(Math.round(each.bandwidth / 1000))} kb/s`;
    const isAlone = title.qualities.filter(({ height }) => height === each.height).length === 1;
    select.add(new Option(each.height ? `${each.height}p${isAlone ? "" : ` · ${rate}`}` : rate, String(index)));
  });
  select.value = String(title.quality);
  at("pick").hidden = title.qualities.length < 2;
  if (title.qualities[0].width) at("screen").style.aspectRatio = `${title.qualities[0].width} / ${title.qualities[0].height}`;
}

function showState() {
  const { phase, connected, paid, pieces, left, budget, price, height, expiry, life } = state;
  const isAway = state.trouble !== null || (phase === "open" && !connected);
  at("phase").textContent = isAway && phase !== "closed" ? "Waiting" : PHASES[phase] ?? phase;
  at("phase").dataset.phase = isAway ? "trouble" : phase;
  at("paid").textContent = number(paid);
  at("paid").dataset.satoshis = paid;
  at("paid-words").textContent = pieces ? `${many(pieces, "piece")}${price ? `, ${number(price)} each now` : ""}` : "nothing bought yet";
  at("left").textContent = number(left);
  at("left").dataset.satoshis = left;
  at("left-meter").value = budget ? left / budget : 0;
  at("left-words").textContent = `of ${number(budget)}`;
  const blocks = expiry === null || height === null ? null : Math.max(0, expiry - height);
  at("blocks").textContent = phase === "closed" ? "Settled" : blocks === null ? "–" : number(blocks);
  at("blocks-words").hidden = phase === "closed";
  at("life-meter").hidden = phase === "closed";
  at("life-meter").value = blocks === null || !life ? 0 : Math.min(1, blocks / life);
  at("channel-words").textContent = channelWords();
  const bought = state.bought.map((rows) => new Map(rows));
  showPieces(bought);
  strip.take(bought);
  const isOver = phase === "closing" || phase === "closed";
  at("close").disabled = isOver || phase === "opening" || phase === "funding" || isGone;
  at("stop").disabled = isGone;
  if (state.is_stopped || phase === "closed") end();
  showTrouble();
}

function channelWords() {
  const short = state.channel ? state.channel.slice(0, 8) : "";
  switch (state.phase) {
    case "opening": return "opened with the first piece";
    case "funding": return "the funding waits for a block";
    case "open": return `${short} · your money comes back after block ${number(state.expiry)}`;
    case "closing": return "the settlement waits for a block";
    default: return short;
  }
}

function showPieces(bought) {
  const rows = bought.flatMap((map, quality) => [...map].map(([index, price]) => ({ quality, index, price })));
  const total = rows.reduce((sum, each) => sum + each.price, 0);
  at("pieces-words").textContent = rows.length ? `${many(rows.length, "piece")} of this title for ${many(total, "satoshi")}` : "none yet";
  const list = at("list");
  if (list.childElementCount === Math.min(rows.length, SHOWN)) return;
  const several = title.qualities.length > 1;
  list.replaceChildren(...rows.slice(-SHOWN).reverse().map(({ quality, index, price }) => {
    const row = document.createElement("li");
    const place = document.createElement("span");
    place.textContent = `${clock(player.starts[quality][index])}${several ? ` · ${title.qualities[quality].height}p` : ""}`;
    const cost = document.createElement("span");
    cost.textContent = number(price);
    row.append(place, cost);
    return row;
  }));
}

function showTrouble() {
  const shown = isGone ? null : state?.phase === "closed" || state?.phase === "closing" ? null : state?.trouble ?? fault;
  at("notice").hidden = !shown;
  if (!shown) return;
  at("reason").textContent = `${shown.reason.charAt(0).toUpperCase()}${shown.reason.slice(1)}.`;
  at("remedy").textContent = shown.remedy ? `Remedy: ${shown.remedy}.` : shown.code === "provider-away" ? "Nothing is lost. The film goes on when the provider answers." : "";
}

function showTime() {
  at("now").textContent = clock(video.currentTime);
  strip.draw();
}

function showPlaying() {
  const isPlaying = !video.paused && !video.ended;
  at("play").setAttribute("aria-pressed", String(isPlaying));
  at("play").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
}

function showSound() {
  at("mute").setAttribute("aria-pressed", String(!video.muted));
}

function showWaiting(is) {
  at("waiting").hidden = !is || video.paused || isGone || video.ended;
  at("waiting-words").textContent = state?.phase === "opening" || state?.phase === "funding" ? "Opening the channel" : "Paying for the next piece";
}

function end() {
  if (isGone) return;
  isGone = true;
  player.stop();
  source?.close();
  video.pause();
  at("start").hidden = true;
  at("waiting").hidden = true;
  at("notice").hidden = false;
  const isClosed = state.phase === "closed";
  at("reason").textContent = isClosed ? `The channel is closed: ${many(state.paid, "satoshi")} paid.` : state.phase === "closing" ? "The channel is closing." : "The viewer has stopped.";
  at("remedy").textContent = isClosed ? "The rest has come back to your wallet. You can close this page." : "The terminal says how to go on. You can close this page.";
  at("stop").disabled = true;
  at("close").disabled = true;
}

// What the viewer wants ----------------------------------------------------------------------------------------------

async function play() {
  at("start").hidden = true;
  const begun = player.begin();
  showWaiting(true);
  try {
    await video.play(); // waits for the first pieces
  } catch (error) {
    if (error.name === "NotAllowedError") { // some browsers play without sound before the first click
      video.muted = true;
      await video.play().catch(() => { at("start").hidden = false; });
    }
  }
  await begun;
}

function toggle() {
  if (isGone) return;
  if (video.paused) play(); else video.pause();
}

function mute() {
  video.muted = !video.muted;
  showSound();
}

function whole() {
  if (document.fullscreenElement) document.exitFullscreen(); else at("screen").requestFullscreen?.();
}

async function wish(path) {
  await fetch(path, { method: "POST" }).catch(() => {});
}

at("start").addEventListener("click", () => { video.muted = false; play(); });
at("play").addEventListener("click", toggle);
at("mute").addEventListener("click", mute);
at("whole").addEventListener("click", whole);
video.addEventListener("click", toggle);
at("quality").addEventListener("change", (event) => player.choose(Number(event.target.value)));
at("stop").addEventListener("click", () => wish("stop"));
at("close").addEventListener("click", () => {
  at("sure-words").textContent = `The provider gets ${many(state.paid, "satoshi")} for ${many(state.pieces, "piece")}; the rest of the ${number(state.capacity)} in the channel comes back to you, less the fee. What you have bought stays yours.`;
  at("sure").showModal();
});
at("sure-no").addEventListener("click", () => at("sure").close());
at("sure-yes").addEventListener("click", () => { at("sure").close(); video.pause(); wish("close"); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || at("sure").open) return;
  const target = event.target;
  const isSelect = target instanceof HTMLSelectElement;
  const isButton = target instanceof HTMLButtonElement;
  const seconds = { ArrowLeft: -5, ArrowRight: 5, PageDown: -30, PageUp: 30 }[event.key];
  if (event.key === " " && !isButton && !isSelect) toggle();
  else if (seconds !== undefined && !isSelect) player.seek(video.currentTime + seconds);
  else if (event.key === "Home" && !isSelect) player.seek(0);
  else if (event.key === "End" && !isSelect) player.seek(player.duration);
  else if (event.key === "m") mute();
  else if (event.key === "f") whole();
  else return;
  event.preventDefault();
});
for (const name of ["play", "pause", "ended"]) video.addEventListener(name, showPlaying);
for (const name of ["timeupdate", "seeking", "seeked"]) video.addEventListener(name, showTime);
for (const name of ["waiting", "seeking", "stalled"]) video.addEventListener(name, () => showWaiting(video.readyState < 3));
for (const name of ["playing", "canplay", "pause", "ended"]) video.addEventListener(name, () => showWaiting(false));
for (const name of ["volumechange", "play", "playing"]) video.addEventListener(name, showSound);
showSound();

showTitle();
showTime();
at("main").inert = false; // a click before this would have done nothing
const source = new EventSource("events");
source.addEventListener("message", (event) => { state = JSON.parse(event.data); showState(); });
