// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */

/** Whose jobs a schedule starts, in words. @param {{ tenant: string, tenants?: Schedule['tenants'] | undefined, tags?: Schedule['tags'] | undefined }} schedule */
export const tenantWords = ({ tenant, tenants, tags }) =>
  tags ? `tag ${tags.join(', ')}` : tenants === undefined ? tenant : tenants === 'all' ? 'all' : tenants.join(', ')
