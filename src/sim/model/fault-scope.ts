import { domainLevels } from './domains.ts';

/** What a fault of a component takes down: its node, all nodes of its domain or site, or the whole cluster. */
export const faultScopes = ['node', ...domainLevels, 'site', 'cluster'] as const;
export type FaultScope = (typeof faultScopes)[number];

/** What a cluster has one of for all nodes together: its fault takes none of them down. */
export const sharedParts = ['storage', 'control-plane'] as const;
export type SharedPart = (typeof sharedParts)[number];

/** What an outage at a known instant strikes. */
export const outageScopes = [...faultScopes, ...sharedParts] as const;

/** Of what a class of components has its own: of every GPU, which takes its node down with it, or of one of these. */
export const componentScopes = ['gpu', ...outageScopes] as const;
export type ComponentScope = (typeof componentScopes)[number];

export function isSharedPart(scope: ComponentScope): scope is SharedPart {
  return (sharedParts as readonly ComponentScope[]).includes(scope);
}
