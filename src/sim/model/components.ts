import type { Cluster } from './cluster.ts';
import { domainsOf, sitesOf } from './domains.ts';
import type { ComponentClass, FailureModel } from './failure-model.ts';
import { isSharedPart } from './fault-scope.ts';
import { StopCause } from './planned-stop.ts';

/** A part that can break, and the neighbouring nodes that its fault takes down: none for what all nodes share. */
export interface Component {
  readonly kind: ComponentClass;
  /** Which of the model's classes that is. */
  readonly index: number;
  /** Unique: its luck goes by it. */
  readonly name: string;
  /** Which GPU, node or other domain of its scope it stands in, counted through the pools. */
  readonly domain: number;
  readonly from: number;
  /** One past the last node. */
  readonly to: number;
  /** Whether it is one of the lemons of its class. By luck: nobody in the run knows. */
  readonly isLemon: boolean;
}

/** Everything that can break in a cluster, class by class and domain by domain: the number of a component is its place. */
export function componentsOf({ classes, luck }: FailureModel, cluster: Cluster): Component[] {
  return classes.flatMap((kind, index) =>
    rangesOf(kind, cluster).flatMap(([from, to], domain) => {
      if (kind.only !== undefined && kind.only !== domain) return [];
      if (kind.pool !== undefined && kind.pool !== cluster.nodePool[from]) return [];
      const own = ownKind(kind, domain);
      return Array.from({ length: kind.perDomain }, (_, each) => {
        const name = `${kind.name} ${domain} ${each}`;
        return { ...asDrawn(own, name, luck), index, name, domain, from, to };
      });
    }),
  );
}

/** The component that takes the place of another: of the same class, with luck of its own. */
export function replacementOf(replaced: Component, { classes, luck }: FailureModel): Component {
  const name = `${replaced.name} replaced`;
  return { ...replaced, ...asDrawn(ownKind(classes[replaced.index]!, replaced.domain), name, luck), name };
}

/** Whether faults of the class are the node's own: what an owner takes back or somebody takes for broken is not. */
export function isHardwareOfNode({ scope, only, announced, isFalseAlarm }: ComponentClass): boolean {
  const isOfNode = scope === 'node' || scope === 'gpu';
  return isOfNode && only === undefined && announced?.cause !== StopCause.Reclaim && isFalseAlarm !== true;
}

function ownKind(kind: ComponentClass, domain: number): ComponentClass {
  const lifetimes = kind.ownLifetimes?.get(domain);
  return lifetimes === undefined ? kind : { ...kind, lifetimes };
}

/** The class as it is for a component that may be a lemon. With a larger share the lemons of a smaller one stay lemons. */
function asDrawn(kind: ComponentClass, name: string, luck: FailureModel['luck']): Pick<Component, 'kind' | 'isLemon'> {
  if (kind.lemons === undefined || luck(`${name} lemon`).uniform() >= kind.lemons.share)
    return { kind, isLemon: false };
  return { kind: { ...kind, lifetimes: kind.lemons.lifetimes }, isLemon: true };
}

/** Whether its faults stop gangs on the nodes from `first` to the one before `end`. */
export function strikesNodes({ from, to }: Pick<Component, 'from' | 'to'>, first: number, end: number): boolean {
  return from < end && to > first;
}

/**
 * The neighbouring nodes of each domain of a class's scope: [first, one past the last]; of each GPU its node, of what
 * all nodes share none.
 */
export function rangesOf({ scope }: Pick<ComponentClass, 'scope'>, cluster: Cluster): [number, number][] {
  if (isSharedPart(scope)) return [[0, 0]];
  if (scope === 'cluster') return [[0, cluster.nodeCount]];
  if (scope === 'node') return Array.from({ length: cluster.nodeCount }, (_, node) => [node, node + 1]);
  if (scope === 'gpu') {
    return Array.from(cluster.nodeGpus).flatMap((gpus, node) =>
      Array.from({ length: gpus }, (): [number, number] => [node, node + 1]),
    );
  }
  const domains = scope === 'site' ? sitesOf(cluster) : domainsOf(cluster, scope);
  return Array.from(domains.firstNode, (from, domain) => [from, domains.endNode[domain]!]);
}
