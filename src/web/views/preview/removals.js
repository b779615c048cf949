// @ts-check
/** @import { Preview as Counted } from '../../../engine/changes/tally.ts' */
/** @import { Impact } from '../../../licensing/impact/impact.ts' */

/** @typedef {Partial<Counted> & { impact?: Impact, impacts?: readonly Impact[] }} PreviewData what a job says it would do */

/** @param {unknown} preview of a job @returns {PreviewData} */
export const previewOf = preview => /** @type {PreviewData} */ (preview ?? {})

/** How many objects or entries a plan deletes or removes. @param {unknown} preview of a job */
export const removalsOf = preview => (previewOf(preview).removals ?? []).reduce((sum, { count }) => sum + count, 0)
