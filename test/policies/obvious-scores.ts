import type { Demand, Gang } from '../../src/sim/contract/placement.ts';
import type { ObviousNode } from './obvious-node.ts';

/** What fgd is told to expect in these tests: one typical kind without GPUs, one small, one large, one confined. */
export const expectedDemand: readonly Demand[] = [
  { gang: { gpus: 1, shareMilli: 0, cpuMilli: 1000, memoryMiB: 0, typeMask: 0xffffffff }, jobs: 50 },
  { gang: { gpus: 2, shareMilli: 0, cpuMilli: 3000, memoryMiB: 7, typeMask: 1 }, jobs: 30 },
  { gang: { gpus: 0, shareMilli: 0, cpuMilli: 500, memoryMiB: 0, typeMask: 0xffffffff }, jobs: 15 },
  // The last twentieth is not typical any more.
  { gang: { gpus: 3, shareMilli: 0, cpuMilli: 0, memoryMiB: 0, typeMask: 2 }, jobs: 5 },
];

type Score = (gang: Gang, node: ObviousNode) => number;

const modelled = (value: number): boolean => value < Infinity;

function leftovers(gang: Gang, { gpus, cpuMilli }: ObviousNode): number {
  const cores = modelled(cpuMilli) ? (cpuMilli - gang.cpuMilli) / 128_000 : 0;
  return Math.trunc(100 * (1 - (0.5 * cores + 0.5 * ((gpus - gang.gpus) / 8))));
}

function product(gang: Gang, { gpus, cpuMilli }: ObviousNode): number {
  const cores = modelled(cpuMilli) ? (cpuMilli / 128_000) * (gang.cpuMilli / 128_000) : 0;
  return Math.trunc(100 * (1 - (cores + (gpus / 8) * (gang.gpus / 8)) / 2));
}

function alignment(gang: Gang, node: ObviousNode): number {
  const part = (free: number, asked: number, whole: number): number =>
    modelled(whole) && whole > 0 ? (free / whole) * (asked / whole) : 0;
  const cores = part(node.cpuMilli, gang.cpuMilli, node.cpuMilliSize);
  const memory = part(node.memoryMiB, gang.memoryMiB, node.memoryMiBSize);
  return cores + memory + part(node.gpus, gang.gpus, node.size);
}

function packed(gang: Gang, { gpus, size }: ObviousNode): number {
  if (gang.gpus === 0) return 0;
  return gpus === size ? Math.max(33 - gpus, gpus) : Math.max(50 - gang.gpus, 33);
}

function clustered(gang: Gang, { gpus, held }: ObviousNode): number {
  if (gang.gpus === 0) return 0;
  const x = Math.floor((25 * (8 - gpus)) / 8);
  if (held.length === 0) return x + 25;
  if (!held.includes(gang.gpus)) return x;
  return held.every((size) => size === gang.gpus) ? x + 75 : x + 50;
}

function fragment(gpus: number, cpuMilli: number, type: number): number {
  const typical = expectedDemand.slice(0, 3);
  const weights = typical.reduce((sum, { jobs }) => sum + jobs, 0);
  return typical.reduce((sum, { gang, jobs }) => {
    const isUsable =
      gang.gpus > 0 && gang.gpus <= gpus && gang.cpuMilli <= cpuMilli && ((gang.typeMask >>> type) & 1) === 1;
    return sum + (isUsable ? 0 : (jobs / weights) * 1000 * gpus);
  }, 0);
}

function descent(gang: Gang, { gpus, cpuMilli, type }: ObviousNode): number {
  const gradient = fragment(gpus, cpuMilli, type) - fragment(gpus - gang.gpus, cpuMilli - gang.cpuMilli, type);
  return Math.trunc(100 / (1 + Math.exp(-gradient / 1000)));
}

function emptiest(gang: Gang, node: ObviousNode): number {
  const resources = [
    { left: node.cpuMilli - gang.cpuMilli, size: node.cpuMilliSize },
    { left: node.memoryMiB - gang.memoryMiB, size: node.memoryMiBSize },
  ].filter(({ size }) => modelled(size));
  if (resources.length === 0 && node.size > 0) resources.push({ left: node.gpus - gang.gpus, size: node.size });
  if (resources.length === 0) return 0;
  const parts = resources.map(({ left, size }) => (100 * left) / size);
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const spread = Math.sqrt(parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / parts.length);
  const least = Math.floor(parts.reduce((sum, part) => sum + Math.floor(part), 0) / parts.length);
  return least + Math.floor(100 - spread);
}

/** Whole percent of GPUs and cores in use, together; halves go to the even one. */
function idlest(_gang: Gang, node: ObviousNode): number {
  const cores = modelled(node.cpuMilliSize) && node.cpuMilliSize > 0 ? 1 - node.cpuMilli / node.cpuMilliSize : 0;
  const exact = 50 * ((node.size > 0 ? 1 - node.gpus / node.size : 0) + cores);
  return -(exact % 1 === 0.5 ? 2 * Math.round(exact / 2) : Math.round(exact));
}

/** Placements that take the node with the highest score. */
export const scores: Readonly<Record<string, Score>> = {
  'best-fit-score': leftovers,
  'dot-product': product,
  tetris: alignment,
  'gpu-packing': packed,
  'gpu-clustering': clustered,
  'kubernetes-default': emptiest,
  'least-used': idlest,
  fgd: descent,
  // The node is drawn; a gang on several nodes is placed as if all were equally good.
  random: () => 0,
};
