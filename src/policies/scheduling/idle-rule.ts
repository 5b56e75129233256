/** The rule 'idle' of policies that declare themselves work-conserving. */
export const NOTHING_IDLE = 'after a decision nobody waits whom the placement could hold';
