import { outputFormat, outputSink } from '../../catalogue/output-sink.ts'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Fields } from '../../core/json.ts'
import { hasHeader } from '../../formats/format-of.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Impact } from '../../licensing/impact/impact.ts'
import { metricsOf } from '../../licensing/impact/metrics.ts'
import { impactPage, type PageAbout } from '../../licensing/impact/page.ts'
import { userLineColumns } from '../../licensing/impact/user-lines.ts'
import { byteFile } from '../../places/byte-file.ts'
import { checkTarget, targetOf } from '../../places/target.ts'
import type { Cli } from '../cli.ts'
import { checkResults } from '../runs/write-results.ts'

const isPage = (to: string): boolean => /\.html$/i.test(to)
const isNumbers = (to: string): boolean => /\.json$/i.test(to)
const isWhole = (to: string): boolean => isPage(to) || isNumbers(to)
const option = '--report'

const contextOf = (cli: Cli) => checkContext({ ...cli, graph: undefined })

/**
 * Checks that the reports of a preview can be written, before there is one.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`
 */
export const checkReports = async (reports: readonly string[], cli: Cli): Promise<void> => {
  const seen = new Set<string>()
  for (const to of reports) {
    if (!/\.(?:html|json|xlsx|(?:csv|jsonl)(?:\.(?:gz|zst))?)$/i.test(to))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected ${option} to be a file x.html or x.json for the numbers, or x.csv, x.jsonl or x.xlsx for each user, got ${JSON.stringify(to)}`,
      )
    const path = absolute(cli.environment, to)
    if (seen.has(path)) throw new EntrapipeError('OPTION_INVALID', `${option} names ${to} twice.`)
    seen.add(path)
    if (isWhole(to)) await checkTarget(targetOf(contextOf(cli), to))
    else await checkResults({ to, option }, cli)
  }
}

/** A file with a line for each row of each user. */
export interface UserFile {
  write(lines: readonly Fields[]): Promise<void>
  /** It then appears under its own name. */
  commit(): Promise<void>
  abort(): Promise<void>
}

/** Opens those reports that have a line for each row. @param like path of the file whose permissions limit those of the reports */
export const openUserFiles = async (
  reports: readonly string[],
  like: string | undefined,
  cli: Cli,
): Promise<readonly UserFile[]> => {
  const opened: UserFile[] = []
  for (const to of reports.filter(each => !isWhole(each))) {
    const output = { to, option }
    const isTable = hasHeader(outputFormat(output))
    const sink = outputSink(output, isTable ? { columns: userLineColumns } : {}, cli.stdout)
    const writer = await sink.open(contextOf(cli), undefined, like)
    let written = 0
    opened.push({
      write: lines => writer.write(lines.map(value => ({ key: ++written, value }))),
      async commit() {
        await writer.finish()
        await writer.close('commit')
      },
      abort: () => writer.close('abort'),
    })
  }
  return opened
}

/** Writes those reports that have only numbers. */
export const writeNumbers = async (
  reports: readonly string[],
  impact: Impact,
  about: PageAbout & { readonly like: string | undefined },
  cli: Cli,
): Promise<void> => {
  for (const to of reports.filter(isWhole)) {
    const { like, ...page } = about
    const text = isPage(to)
      ? impactPage(impact, page)
      : `${JSON.stringify({ ...page, ...impact, metrics: metricsOf(impact) }, null, 2)}\n`
    const file = await byteFile(targetOf(contextOf(cli), to))
    try {
      await file.append(Buffer.from(text))
      await file.publish(undefined, like)
    } catch (error) {
      await file.remove()
      throw error
    }
  }
}
