import { Argument, Option, type Command } from 'commander'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { CommandModule } from '../cli.ts'
import { exportKinds, type ExportKind } from '../../catalogue/exports/kinds.ts'
import { idsFormats } from '../../catalogue/exports/ids-formats.ts'
import type { ExportParams } from '../../catalogue/exports/export-params.ts'
import { presetNames } from '../../catalogue/exports/preset-names.ts'
import { deltaLinkLifeDays, removedColumn } from '../../data/delta-kinds.ts'
import { ownedKinds } from '../../data/owned-kinds.ts'
import { nextCommand, nextTo } from '../report/next-command.ts'
import { addOutputOptions } from '../options/output.ts'
import { withExcel } from '../options/with-excel.ts'
import { addRunOptions, maxDriftOption, type RunOptions } from '../options/run-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { each, list, whole } from '../options/values.ts'

const examples = `
Examples:
  entrapipe export users --tenant sandbox --preset portal-users --to users.csv
  entrapipe export users --select id,displayName,department --filter "accountEnabled eq false" --to leavers.jsonl.zst
  entrapipe export groups --preset script-groups --to groups.csv
  entrapipe export users --preset portal-users --select +manager/displayName --to users.csv
  entrapipe export users --preset stale-users --days 180 --filter "userType eq 'Guest'" --to stale.csv
  entrapipe export members --group "All Company" --transitive --to members.csv
  entrapipe export memberships --filter "securityEnabled eq true" --to memberships.csv
  entrapipe export users --ids leavers.csv --select id,accountEnabled --to found.csv
  entrapipe export users --delta --select displayName,department --to changes/2026-11-30.parquet
  entrapipe export graph /directoryRoles --select id,displayName
  entrapipe export users | entrapipe filter "contains(displayName,'son')" | head -5

Presets:
${Object.entries(presetNames)
  .map(([what, names]) => `  ${what.padEnd(15)}${names.join(', ')}`)
  .join('\n')}
  ${'any kind'.padEnd(15)}all`

const add: CommandModule = (program, cli) => {
  const command: Command = program
    .command('export')
    .summary('export users, groups, members and more to a file or to stdout')
    .description('Exports users, groups, members, devices and more to a file, or as JSON lines to stdout.')
    .addArgument(new Argument('<what>', 'kind of objects to export').choices(exportKinds))
    .argument('[path]', 'graph: path of a collection, such as /groups/<id>/owners')
    .option(
      '--preset <name>',
      'columns of a known layout, such as portal-users; all for every property that Graph lists',
    )
    .option('--days <days>', '--preset stale-users: days without a successful sign-in (90)', whole('--days', 1))
    .option(
      '--select <properties>',
      'properties, separated by commas; +name adds one to the preset or to the default ones; what belongs to objects, such as memberships, keeps the ids of both',
      list('--select'),
    )
    .option('--filter <odata>', 'export only objects that match this OData filter; Graph applies it')
    .option('--search <odata>', 'export only objects that match this search, such as \'"displayName:ann"\'')
    .option('--orderby <properties>', 'sort the objects by these properties')
    .option('--expand <relation>', 'include related objects, at most 20 each: manager, registeredOwners')
    .option('--advanced', 'send an advanced query (ConsistencyLevel: eventual)')
    .option(
      '--ids <file>',
      'export only the objects that a list names by id, user principal name, mail or name, in its order; - is stdin',
    )
    .addOption(
      new Option(
        '--ids-format <format>',
        'format of the list, if its name does not show it; lines: one name on each line',
      ).choices(idsFormats),
    )
    .option('--ids-column <name>', 'column of the list that names the objects (the first usual one, such as id)')
    .option(
      '--allow-empty',
      'accept a list of --ids without rows, and export none (such a list is an error, because a command that failed leaves one)',
    )
    .option(
      '--group <id or name>',
      'members, memberships, owners: the group; repeat the option for several groups, and each row has groupId and groupName',
      each,
    )
    .addOption(new Option('--of <kind>', 'owners: what is owned (groups)').choices(ownedKinds))
    .option('--transitive', 'members, memberships, groups-of: include nested groups')
    .option(
      '--delta',
      `only what has changed since the last run, which was at most ${deltaLinkLifeDays} days ago; the first run exports everything, and column ${removedColumn} says what was deleted`,
    )
    .option('--delta-name <name>', 'name of the delta, if several readers export the same properties')
    .addOption(
      new Option('--page-size <rows>', 'rows per request (999, or 250 with --preset all)').argParser(
        whole('--page-size', 1, 999),
      ),
    )
    .option(
      '--no-trailer',
      'JSON lines on stdout: omit the trailer, a last line that tells the next command how complete the rows are',
    )
    .option('--limit <rows>', 'stop after this many rows', whole('--limit', 1))
  addOutputOptions(command)
  addTenantOptions(command)
  addRunOptions(command).addOption(maxDriftOption())
  command
    .addHelpText('after', examples)
    .action(async (what: ExportKind, path: string | undefined, options: ExportParams & TenantOptions & RunOptions) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { tenant, auth, fresh, quiet, checkpointRows, maxFailed, maxDrift, ...asked } = options
      const params: ExportParams = { ...(await withExcel(asked, cli)), ...given({ path }) }
      const loaded = await loadBuiltIn(`export ${what}`)
      const end = await runPipeline(
        loaded,
        { ...params },
        { tenant, auth },
        given({ fresh, quiet, checkpointRows, maxFailed, maxDrift }),
        cli,
      )
      if (end.end !== 'done' || params.to === '-' || quiet || cli.json()) return
      const tenantOf = end.tenant!
      if (!params.delta) return cli.say(nextCommand(what, params, tenantOf.name))
      const { commandOf } = await import('../runs/command-of.ts')
      const next = { ...params, to: nextTo(params.to) }
      const again = { pipeline: `export ${what}`, params: next as object as Json, tenant: tenantOf, resumable: false }
      cli.say(nextCommand(what, params, tenantOf.name, commandOf(again, loaded)))
    })
}
export default add
