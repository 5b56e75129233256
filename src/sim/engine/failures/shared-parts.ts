import type { SharedPart } from '../../model/fault-scope.ts';

/** Which of the parts that all nodes share are away: each is for as long as one of its components is broken. */
export class SharedParts {
  /** The class of the component whose fault took the storage away last. */
  storageCause = 0;
  private readonly broken: Record<SharedPart, number> = { storage: 0, 'control-plane': 0 };

  isAway(part: SharedPart): boolean {
    return this.broken[part] > 0;
  }

  /** A component of the part breaks. Whether the part has gone with it, and was there before. */
  breaks(part: SharedPart): boolean {
    return this.broken[part]++ === 0;
  }

  /** One is mended. Whether the part is back with it. */
  mends(part: SharedPart): boolean {
    return --this.broken[part] === 0;
  }
}
