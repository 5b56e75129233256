import { domainLevels } from './domains.ts';

/** What a fault of a component takes down: its node, all nodes of its domain or site, or the whole cluster. */
export const faultScopes = ['node', ...domainLevels, 'site', 'cluster'] as const;
export type FaultScope = (typeof faultScopes)[number];

/** Of what a class of components has its own: of every GPU, which takes its node down with it, or of one of these. */
export const componentScopes = ['gpu', ...faultScopes] as const;
export type ComponentScope = (typeof componentScopes)[number];
