// The voice of a board: clips from the server, one call at a time, and only while this page holds the lease of its audio
// zone. A browser that may not sound yet says so on the screen; it makes way for any player that can be heard.

import { begin, drop, hear, is_quiet, keep, say, silence } from "/static/board_speech.js";
import { stands } from "/static/board_state.js";
import { clock, now_ms } from "/static/time.js";

const CHIME = "chime";
const RATE = 24000;
// The pauses are those of the hall's announcer.
const CHIME_GAP_S = 0.1;
const SIGN_GAP_S = 0.02;
const PART_GAP_S = 0.12;
const SENTENCE_GAP_S = 0.45;
const BETWEEN_CALLS_S = 0.4;
const ASK_AGAIN_S = 4;
const REFUSED_AGAIN_S = 60;
const PATIENCE_S = 3;

export class Voice {
  #zone;
  #rules;
  #button;
  #player = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  #context = new AudioContext({ sampleRate: RATE });
  #volume = this.#context.createGain();
  #clips = new Map();
  #speech = silence;
  #board = null;
  #held_until_s = 0;
  #mine = false;
  #speaking = false;
  #free_at_s = 0;

  /** `settings` are `{zone, volume, quiet, times, stale_s}` of the hall; `button` lets somebody allow sound. */
  constructor(settings, button) {
    this.#zone = settings.zone;
    this.#rules = settings;
    this.#button = button;
    this.#volume.gain.value = (settings.volume / 100) ** 2;
    this.#volume.connect(this.#context.destination);
    this.#context.addEventListener("statechange", () => this.#lease());
    button.addEventListener("click", () => this.#context.resume());
    this.#lease_for_ever();
  }

  /**
   * Take in a frame: the calls just made, how they are worded, and the board after them. `anew` says that the board
   * does not continue the one before.
   */
  hear(calls, said, board, anew) {
    this.#board = board;
    if (anew) this.#speech = silence;
    const quiet = is_quiet(this.#rules.quiet, clock(now_ms()));
    for (const call of calls) {
      const worded = said[call.seq];
      if (worded) this.#speech = hear(this.#speech, { ...call, said: worded, called_s: this.#called_s(call) }, quiet);
    }
    this.#speak();
  }

  #called_s(call) {
    return now_s() - (now_ms() - Date.parse(call.at)) / 1000;
  }

  async #speak() {
    if (this.#speaking) return;
    this.#speaking = true;
    try {
      while (this.#may_speak()) {
        // Whoever came meanwhile need not be called any more.
        this.#speech = keep(this.#speech, (call) => stands(this.#board, call));
        const [speech, next] = say(this.#speech, this.#rules, now_s());
        this.#speech = speech;
        if (!next) return;
        await this.#play(next);
      }
    } finally {
      this.#speaking = false;
    }
  }

  #may_speak() {
    return this.#audible && now_s() < this.#held_until_s;
  }

  get #audible() {
    return this.#context.state === "running";
  }

  /** Resolves when the last clip has ended. */
  async #play({ call, chime }) {
    const line = [...(chime ? [[0, CHIME]] : []), ...spoken(call.said)];
    const clips = await Promise.all(line.map(([, name]) => this.#clip(name)));
    let at_s = Math.max(this.#context.currentTime, this.#free_at_s);
    let last = null;
    line.forEach(([pause_s], place) => {
      const buffer = clips[place];
      if (!buffer) return;
      last = new AudioBufferSourceNode(this.#context, { buffer });
      last.connect(this.#volume);
      at_s += pause_s;
      last.start(at_s);
      at_s += buffer.duration;
    });
    if (!last) return;
    this.#free_at_s = at_s + BETWEEN_CALLS_S;
    const ended = new Promise((done) => last.addEventListener("ended", done, { once: true }));
    await Promise.race([ended, pause(at_s - this.#context.currentTime + PATIENCE_S)]);
  }

  /** A clip, decoded once; null if it cannot be had: the rest of the call is said without it. */
  async #clip(name) {
    if (!this.#clips.has(name)) {
      try {
        const answer = await fetch(`/static/clips/${name}.ogg`, { signal: AbortSignal.timeout(4000) });
        if (!answer.ok) return null;
        this.#clips.set(name, await this.#context.decodeAudioData(await answer.arrayBuffer()));
      } catch {
        return null;
      }
    }
    return this.#clips.get(name);
  }

  async #lease_for_ever() {
    for (;;) {
      await pause(await this.#lease());
    }
  }

  /** Ask for the lease, or renew it; resolves to the seconds until the next time. */
  async #lease() {
    try {
      const asked_s = now_s();
      const answer = await fetch(`/api/v1/audio-zones/${encodeURIComponent(this.#zone)}/lease`, {
        method: "POST",
        body: JSON.stringify({ player: this.#player, audible: this.#audible }),
        headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf },
        signal: AbortSignal.timeout(4000),
      });
      if (answer.ok) return this.#take(await answer.json(), asked_s);
      this.#mine = false;
      this.#held_until_s = 0;
      this.#speech = drop(this.#speech);
      this.#button.hidden = true;
      if (answer.status !== 409) return REFUSED_AGAIN_S;
    } catch {
      // The lease runs out by itself if the server stays away.
    }
    return ASK_AGAIN_S;
  }

  #take({ left_s, renew_s, seq }, asked_s) {
    // Whoever has just come says what was called since nobody was heard: the player before said the rest.
    if (!this.#mine) this.#speech = begin(this.#speech, seq);
    this.#mine = true;
    this.#held_until_s = asked_s + left_s;
    this.#button.hidden = this.#audible;
    this.#speak();
    return renew_s;
  }
}

/** Sentences of parts of clips as one line of `[pause before it, clip]`. */
function spoken(sentences) {
  const before = (sentence, part, clip) => {
    if (clip) return SIGN_GAP_S;
    if (part) return PART_GAP_S;
    return sentence ? SENTENCE_GAP_S : CHIME_GAP_S;
  };
  return sentences.flatMap((parts, sentence) => parts.flatMap((clips, part) => clips.map((name, clip) => [before(sentence, part, clip), name])));
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, 1000 * seconds));
}

function now_s() {
  return performance.now() / 1000;
}
