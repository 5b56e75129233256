import { LOST, type AuctionRound } from './auction-round.ts';

/**
 * Vickrey-Clarke-Groves: the gangs that are worth most together win, and each winner pays what its being there costs the
 * others, W(without it) - (W - its bid). Nobody gains by bidding other than the gang's worth. Exact, by branch and
 * bound (a knapsack for each GPU type), so for short rounds only: the cost grows exponentially with the bidders.
 * Source: Vickrey 1961, Clarke 1971, Groves 1973; bound: Dantzig 1957 (fractional knapsack).
 */
export class ExactAuction {
  /** Bidders by bid per GPU, highest first. */
  private readonly order: Int32Array;
  private readonly chosen: Int32Array;
  private readonly best: Int32Array;
  private bestWorth = 0;
  private absent = -1;

  constructor(biddersMax: number) {
    this.order = new Int32Array(biddersMax);
    this.chosen = new Int32Array(biddersMax);
    this.best = new Int32Array(biddersMax);
  }

  /** Sells the round: fills its outcome. */
  run(round: AuctionRound): void {
    this.rank(round);
    round.open();
    const worth = this.solve(round, -1);
    for (let bidder = 0; bidder < round.bidders; bidder++) round.wonType[bidder] = this.best[bidder]!;
    for (let bidder = 0; bidder < round.bidders; bidder++) {
      if (round.wonType[bidder] === LOST) continue;
      const bid = round.bid[bidder]!;
      const others = worth - bid;
      // Sums in another order may differ in their last bits: the price stays between nothing and the bid.
      round.price[bidder] = Math.min(bid, Math.max(0, this.solve(round, bidder) - others));
    }
  }

  private rank({ bidders, bid, gpus }: AuctionRound): void {
    const { order } = this;
    for (let bidder = 0; bidder < bidders; bidder++) {
      const own = bid[bidder]! / gpus[bidder]!;
      let rank = bidder;
      for (; rank > 0 && bid[order[rank - 1]!]! / gpus[order[rank - 1]!]! < own; rank--) order[rank] = order[rank - 1]!;
      order[rank] = bidder;
    }
  }

  /** The greatest worth of gangs that fit together without one bidder; -1: with all. Who won is in `best`. */
  private solve(round: AuctionRound, absent: number): number {
    round.refill();
    this.absent = absent;
    this.bestWorth = -1;
    this.chosen.fill(LOST, 0, round.bidders);
    this.branch(round, 0, 0);
    return this.bestWorth;
  }

  private branch(round: AuctionRound, rank: number, worth: number): void {
    if (rank === round.bidders) {
      if (worth > this.bestWorth) {
        this.bestWorth = worth;
        for (let bidder = 0; bidder < round.bidders; bidder++) this.best[bidder] = this.chosen[bidder]!;
      }
      return;
    }
    if (worth + this.bound(round, rank) <= this.bestWorth) return;
    const bidder = this.order[rank]!;
    const gpus = round.gpus[bidder]!;
    for (let type = 0; type < round.types && bidder !== this.absent; type++) {
      if (((round.typeMask[bidder]! >>> type) & 1) === 0 || round.left[type]! < gpus) continue;
      round.left[type]! -= gpus;
      this.chosen[bidder] = type;
      this.branch(round, rank + 1, worth + round.bid[bidder]!);
      this.chosen[bidder] = LOST;
      round.left[type]! += gpus;
    }
    this.branch(round, rank + 1, worth);
  }

  /** No more than this can still be won: gangs cut to pieces, all types alike. */
  private bound(round: AuctionRound, rank: number): number {
    let left = 0;
    for (let type = 0; type < round.types; type++) left += round.left[type]!;
    let worth = 0;
    for (let at = rank; at < round.bidders && left > 0; at++) {
      const bidder = this.order[at]!;
      if (bidder === this.absent) continue;
      const gpus = round.gpus[bidder]!;
      worth += gpus <= left ? round.bid[bidder]! : (round.bid[bidder]! * left) / gpus;
      left -= gpus;
    }
    return worth;
  }
}
