import { drawBelow, type Luck } from './luck.ts';
import type { SearchRound } from './search-round.ts';

/** The gene of a job that leaves its place to the decoder: where it completes first, the lowest number on ties. */
export const ANY_PLACE = -1;

/** Draws a job's place gene anew; a place that cannot take the job is repaired to the decoder's choice. */
export function drawPlace(round: SearchRound, places: Int8Array, base: number, job: number, luck: Luck): void {
  const place = drawBelow(luck, round.places + 1) - 1;
  places[base + job] = place !== ANY_PLACE && canTake(round, job, place) ? place : ANY_PLACE;
}

/** Whether the job may run in the place and its gang is ever free there. */
function canTake(round: SearchRound, job: number, place: number): boolean {
  return (
    Number.isFinite(round.lastingUs[job * round.placesMax + place]) && round.gpus[job]! <= round.freeInTheEnd(place)
  );
}
