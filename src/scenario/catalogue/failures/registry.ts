import type { FailureCatalogueEntry } from './entry.ts';
import { lanl18, lanl20 } from './lanl.ts';
import { llama3 } from './llama3.ts';
import { rsc1, rsc2 } from './meta-rsc.ts';
import { stepfun } from './stepfun.ts';
import { titan } from './titan.ts';

/** Published clusters whose failures a scenario may take over. A new one is one file and one line here. */
export const failureCatalogue: readonly FailureCatalogueEntry[] = [llama3, rsc1, rsc2, stepfun, lanl18, lanl20, titan];
