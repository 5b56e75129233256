/** A bidder that lost has won no GPU type. */
export const LOST = -1;

/**
 * One sale of free GPUs. Each bidder wants one gang, whole and of one GPU type, or nothing (it is single-minded), and
 * says what the gang is worth to it. Filled anew for each sale; nothing is allocated after the constructor.
 */
export class AuctionRound {
  readonly biddersMax: number;
  bidders = 0;
  types = 0;
  /** GPUs of the gang, >= 1. */
  readonly gpus: Int32Array;
  /** What the bidder says the whole gang is worth, >= 0. */
  readonly bid: Float64Array;
  /** Bit t set: GPU type t will do. */
  readonly typeMask: Int32Array;
  /** GPUs for sale, by type. */
  readonly free: Int32Array;
  /** The outcome: GPU type won, or LOST, and what is paid for it: 0 <= price <= bid. */
  readonly wonType: Int32Array;
  readonly price: Float64Array;
  /** The same GPUs while a rule hands them out. */
  readonly left: Int32Array;

  constructor(biddersMax: number, typesMax: number) {
    this.biddersMax = biddersMax;
    this.gpus = new Int32Array(biddersMax);
    this.bid = new Float64Array(biddersMax);
    this.typeMask = new Int32Array(biddersMax);
    this.free = new Int32Array(typesMax);
    this.wonType = new Int32Array(biddersMax);
    this.price = new Float64Array(biddersMax);
    this.left = new Int32Array(typesMax);
  }

  clear(): void {
    this.bidders = 0;
    this.types = 0;
  }

  /** Puts so many GPUs of one more type up for sale. */
  offer(freeGpus: number): void {
    this.free[this.types++] = freeGpus;
  }

  /** Adds a bidder; its number is the answer. Of equal bids the lower number counts as the higher. */
  add(gpus: number, bid: number, typeMask: number): number {
    const bidder = this.bidders++;
    this.gpus[bidder] = gpus;
    this.bid[bidder] = bid;
    this.typeMask[bidder] = typeMask;
    return bidder;
  }

  /** Before a rule hands out anything: everything is for sale and nobody has won. */
  open(): void {
    this.refill();
    this.wonType.fill(LOST, 0, this.bidders);
    this.price.fill(0, 0, this.bidders);
  }

  refill(): void {
    for (let type = 0; type < this.types; type++) this.left[type] = this.free[type]!;
  }

  /** The first type that will do and has the gang left, or LOST. */
  typeFor(bidder: number): number {
    const mask = this.typeMask[bidder]!;
    const gpus = this.gpus[bidder]!;
    for (let type = 0; type < this.types; type++) {
      if (((mask >>> type) & 1) === 1 && this.left[type]! >= gpus) return type;
    }
    return LOST;
  }
}
