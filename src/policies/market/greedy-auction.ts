import { LOST, type AuctionRound } from './auction-round.ts';

/** What becomes of bidders behind one whose gang is not left: they are served, or all wait for it. */
export type WhenBlocked = 'skip' | 'wait';

/**
 * Serves bidders in the order of bid / sqrt(GPUs), each if its gang is left. A winner pays its critical value: the
 * least bid with which it would still have won, found by serving the others without it until its gang is not left any
 * more; 0 if it always is. Because a higher bid never loses and the price does not depend on the own bid, nobody gains
 * by bidding other than the gang's worth. With one GPU for sale and gangs of one this is the second-price auction.
 * O(bidders · winners). Source: Lehmann, O'Callaghan and Shoham, Truth revelation in approximately efficient
 * combinatorial auctions, JACM 2002; Mu'alem and Nisan, GEB 2008 (single-minded bidders, several units).
 */
export class GreedyAuction {
  private readonly whenBlocked: WhenBlocked;
  private readonly order: Int32Array;
  private readonly density: Float64Array;

  constructor(biddersMax: number, whenBlocked: WhenBlocked) {
    this.whenBlocked = whenBlocked;
    this.order = new Int32Array(biddersMax);
    this.density = new Float64Array(biddersMax);
  }

  /** Sells the round: fills its outcome. */
  run(round: AuctionRound): void {
    this.rank(round);
    round.open();
    for (let rank = 0; rank < round.bidders; rank++) {
      const bidder = this.order[rank]!;
      const type = round.typeFor(bidder);
      if (type === LOST && this.whenBlocked === 'wait') break;
      if (type === LOST) continue;
      round.wonType[bidder] = type;
      round.left[type]! -= round.gpus[bidder]!;
    }
    for (let bidder = 0; bidder < round.bidders; bidder++) {
      if (round.wonType[bidder] !== LOST) round.price[bidder] = this.criticalValue(round, bidder);
    }
  }

  /** The r-th bidder served, r = 0 .. bidders-1. */
  ranked(rank: number): number {
    return this.order[rank]!;
  }

  /** Densest bid first, the lower number on ties. Insertion: rounds are short and nearly in order. */
  private rank(round: AuctionRound): void {
    const { order, density } = this;
    for (let bidder = 0; bidder < round.bidders; bidder++) {
      const own = round.bid[bidder]! / Math.sqrt(round.gpus[bidder]!);
      density[bidder] = own;
      let rank = bidder;
      for (; rank > 0 && density[order[rank - 1]!]! < own; rank--) order[rank] = order[rank - 1]!;
      order[rank] = bidder;
    }
  }

  private criticalValue(round: AuctionRound, winner: number): number {
    round.refill();
    for (let rank = 0; rank < round.bidders; rank++) {
      const bidder = this.order[rank]!;
      if (bidder === winner) continue;
      const type = round.typeFor(bidder);
      if (type === LOST && this.whenBlocked === 'skip') continue;
      if (type !== LOST) round.left[type]! -= round.gpus[bidder]!;
      // Behind this bidder the winner would have lost: it has to be ranked before it.
      if (type === LOST || round.typeFor(winner) === LOST) {
        return Math.min(round.bid[winner]!, this.density[bidder]! * Math.sqrt(round.gpus[winner]!));
      }
    }
    return 0;
  }
}
