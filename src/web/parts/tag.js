// @ts-check
/** @import { JobState } from '../../jobs/job.ts' */
import { html } from '../html.js'
import { stateOf } from '../words/states.js'

/** The state of a job, as a word and a colour. @param {{ job: { state: JobState, status?: string, counts?: { failed: number, unknown: number } } }} props */
export const StateTag = ({ job }) => {
  const { word, tone } = stateOf(job)
  return html`<span class="tag ${tone}">${word}</span>`
}
