import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { outputsName } from '../../api/jobs/new-output.ts'
import { sendFiles, sentFiles } from '../../api/jobs/sent-files.ts'
import { uploadsName } from '../../api/uploads/uploads.ts'
import type { Depot } from '../../core/depot.ts'
import { EntrapipeError, isCode, systemCode } from '../../core/errors.ts'
import { fileOfPartial } from '../../core/sidecars.ts'
import type { ChildOrder } from '../../jobs/child-messages.ts'

type Params = ChildOrder['params']

/** The folders of outputs that params name, one file in each. Folders of parts are written where they stay. */
const outputFoldersIn = (params: Params): readonly string[] => [
  ...new Set(
    Object.values(params).flatMap(value =>
      typeof value === 'string' && value.startsWith(`${outputsName}/`) ? [dirname(value)] : [],
    ),
  ),
]

/** Makes copies of the inputs of a job on this machine, and of its plan. @throws EntrapipeError `INPUT_CHANGED`, `FILE_MISSING` */
export const fetchInputs = async (depot: Depot, { params, sha256 = {}, plan }: ChildOrder): Promise<void> => {
  for (const [param, wanted] of Object.entries(sha256)) await depot.fetch(String(params[param]), wanted)
  if (plan) await depot.fetch(plan.path)
}

/** Makes copies of the files that a run read, for one that continues it. A run whose rows were taken in needs none of them. */
export const fetchAgain = async (depot: Depot, params: unknown): Promise<void> => {
  for (const value of Object.values(params as Params))
    if (typeof value === 'string' && (value.startsWith(`${uploadsName}/`) || value.startsWith('plans/')))
      try {
        await depot.fetch(value)
      } catch (error) {
        if (!isCode(error, 'FILE_MISSING')) throw error
      }
}

const completeIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(entry => entry.isFile() && fileOfPartial(entry.name) === undefined).map(({ name }) => name)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Sends the complete files that a job wrote. @param isOver whether it needs its copies no more */
export const sendOutputs = async (depot: Depot, params: Params, isOver: boolean): Promise<void> => {
  for (const folder of outputFoldersIn(params)) {
    const here = join(depot.folder, folder)
    const names = await completeIn(here)
    if (names.length > 0) await sendFiles(depot, folder, names)
    if (isOver) await rm(here, { recursive: true, force: true })
  }
}

/** Whether what a run that has ended wrote is on this machine, or was sent. */
export const hasOutputs = async (depot: Depot, params: Params): Promise<boolean> => {
  for (const folder of outputFoldersIn(params))
    if ((await completeIn(join(depot.folder, folder))).length === 0 && (await sentFiles(depot, folder)).length === 0)
      return false
  return true
}

/** @throws EntrapipeError the error for a run that sent changes, and whose file stayed on a machine that is gone */
export const outputsLost = (run: string): EntrapipeError =>
  new EntrapipeError(
    'FILE_MISSING',
    `Run ${run} has ended, but the file that it wrote stayed on the machine that wrote it.`,
    { facts: { run }, fix: 'The results of the job say what became of its rows.' },
  )
