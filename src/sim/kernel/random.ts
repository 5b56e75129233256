import seedrandom from 'seedrandom';

/** A stream of uniform draws with state that can be saved and restored. Source of all luck in a run. */
export interface RandomStream {
  /** Uniform in (0, 1): never 0, never 1. */
  uniform(): number;
  /** JSON-serialisable state; `restore` of it makes the stream draw the same numbers again. */
  save(): unknown;
  restore(state: unknown): void;
}

/** Look-alike names give look-alike first draws in Alea; after 16 draws nothing of it is left. */
const WARM_UP_DRAWS = 16;

/** Alea draws k / 2^32; half a step more puts the draw in the middle of its cell, so that 0 and 1 never come. */
const HALF_STEP = 1 / 2 ** 33;

/**
 * Baagøe's Alea under a name: draws are (k + 1/2) / 2^32 with k = 0 .. 2^32 - 1, so both u and 1 - u are exact and an
 * exponential never exceeds 22.9 means. The same name gives the same draws on every machine.
 */
export class AleaStream implements RandomStream {
  #draw: seedrandom.StatefulPRNG<seedrandom.State.Alea>;

  constructor(name: string) {
    this.#draw = seedrandom.alea(name, { state: true });
    for (let draw = 0; draw < WARM_UP_DRAWS; draw++) this.#draw();
  }

  uniform(): number {
    return this.#draw() + HALF_STEP;
  }

  /** Four numbers {c, s0, s1, s2}, which JSON carries exactly. */
  save(): seedrandom.State.Alea {
    return this.#draw.state();
  }

  /** TypeError if `state` was not made by `save` of an AleaStream. */
  restore(state: unknown): void {
    if (!isAleaState(state)) {
      throw new TypeError(
        `cannot restore a random stream from ${JSON.stringify(state)}; give what save() returned: {c, s0, s1, s2}`,
      );
    }
    this.#draw = seedrandom.alea('', { state });
  }
}

function isAleaState(state: unknown): state is seedrandom.State.Alea {
  if (typeof state !== 'object' || state === null) return false;
  const fields = state as Readonly<Record<string, unknown>>;
  return ['c', 's0', 's1', 's2'].every((name) => Number.isFinite(fields[name]));
}

/**
 * All the streams of one run, by name. A stream's draws depend on (seed, replication, purpose, entity) and on nothing
 * else, so a new node, job class or policy moves nobody else's luck (common random numbers).
 */
export class RandomStreams {
  readonly seed: number;
  readonly replication: number;

  /** `seed` and `replication` are safe integers, `replication` >= 0; RangeError otherwise. */
  constructor(seed: number, replication = 0) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`seed is ${seed}; give a whole number between -(2^53 - 1) and 2^53 - 1`);
    }
    if (!Number.isSafeInteger(replication) || replication < 0) {
      throw new RangeError(`replication is ${replication}; give a whole number >= 0`);
    }
    this.seed = seed;
    this.replication = replication;
  }

  /**
   * A new stream at the start of its draws; asked twice, two independent objects with equal draws. `purpose` says what
   * the luck is for ('arrivals', 'failures'), `entity` whose it is (7 and '7' are two entities). RangeError for an
   * entity that is NaN or infinite: JSON has no name for it, and it would share the luck of "no entity".
   */
  stream(purpose: string, entity?: string | number): RandomStream {
    if (typeof entity === 'number' && !Number.isFinite(entity)) {
      throw new RangeError(`stream ${JSON.stringify(purpose)}: entity is ${entity}; give a finite number or a text`);
    }
    return new AleaStream(JSON.stringify([this.seed, this.replication, purpose, entity ?? null]));
  }
}
