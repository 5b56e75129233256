import { domainLevels } from './domains.ts';

/** What a fault of a component takes down: its node, all nodes of its domain or site, or the whole cluster. */
export const faultScopes = ['node', ...domainLevels, 'site', 'cluster'] as const;
export type FaultScope = (typeof faultScopes)[number];
