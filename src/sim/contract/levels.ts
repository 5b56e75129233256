/** What a placement may ask of the levels of a cluster. */
export { domainLevels, fieldsOfLevel, nodesPer } from '../model/domains.ts';
