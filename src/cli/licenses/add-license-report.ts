import type { Command } from 'commander'
import type { ReportParams } from '../../catalogue/licences/report-plan.ts'
import { given } from '../../core/given.ts'
import type { Cli } from '../cli.ts'
import { addFileOptions } from '../options/output.ts'
import { addRunOptions, maxDriftOption, type RunOptions } from '../options/run-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { whole } from '../options/values.ts'
import { withExcel } from '../options/with-excel.ts'

const examples = `
Examples:
  entrapipe licenses report --tenant sandbox --no-sign-ins
  entrapipe licenses report --tenant sandbox --unused-days 30 --to report.csv
  entrapipe licenses report --tenant sandbox --format jsonl | jq -r 'select(.finding == "contained") | .userPrincipalName'

Rows of a file, by the column row:
  user               a user, a SKU and a finding:
                       unused         not signed in successfully for --unused-days, and created before
                       neverSignedIn  no successful sign-in is recorded, and created before
                       contained      another SKU of the user has its plans (containedIn); isCovered says whether those
                                      that are on for the user are on there, too
                       twice          assigned directly and by groups
  product            a SKU: units owned, used, free, in grace (warning), suspended and locked out; users, and with each finding
  department         the users of a department with licences
  departmentProduct  those with one SKU
  total              all of them, each user once

Without --to, a table of the counts goes to stdout; with --json, the rows as a JSON array. Graph returns the sign-ins of 5,000 users a
minute; how long that takes is reported first, and --no-sign-ins does without. Only a report to a file can be resumed.`

/** Adds `licenses report`. */
export const addLicenseReport = (licenses: Command, cli: Cli): void => {
  const command = licenses
    .command('report')
    .summary('show the seats of each SKU, and users who do not need their licences')
    .description(
      'Reports the seats of each SKU of a tenant, and the users who do not use their licences, have a SKU that another one contains, or have one directly and by a group, also by department. Changes nothing.',
    )
    .option(
      '--unused-days <days>',
      'days without a successful sign-in after which a licence is unused (90)',
      whole('--unused-days', 1),
    )
    .option('--no-sign-ins', 'omit sign-ins, which take long, and with them who does not use a licence')
    .option('--no-trailer', 'JSON lines on stdout: omit the trailer, a last line that says how complete the rows are')
  addFileOptions(command)
  addTenantOptions(command)
  addRunOptions(command).addOption(maxDriftOption())
  command.addHelpText('after', examples).action(async (options: ReportParams & TenantOptions & RunOptions) => {
    const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
      import('../../catalogue/load-pipeline.ts'),
      import('../running/run-pipeline.ts'),
    ])
    const { tenant, auth, fresh, quiet, checkpointRows, maxFailed, maxDrift, ...asked } = options
    const params = await withExcel(asked, cli)
    const isJson = cli.json() && params.to === '-' && params.format === undefined
    await runPipeline(
      await loadBuiltIn('licenses report'),
      { ...params, ...(isJson && { format: 'json' }) },
      { tenant, auth },
      given({ fresh, quiet, checkpointRows, maxFailed, maxDrift }),
      cli,
    )
  })
}
