/**
 * Measures previews of licence changes against the sandbox: `node bench/impact.ts [users]`, by default 1,000,000. Linux only. Nearly all users have
 * E3 directly, with five sets of disabled plans, and half of them Power BI Pro by a group. They are chosen by a filter, and by the group of all without those
 * of a filter.
 */
import { withDesk } from './desk.ts'

const users = Number(process.argv[2] ?? 1_000_000)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const number = (value: number): string => Math.round(value).toLocaleString('en-US')

const [sway, yammer, forms] = ['SWAY', 'YAMMER_ENTERPRISE', 'FORMS_PLAN_E3']
const licencesOf = (users: number) => ({
  skus: [
    {
      sku: 'SPE_E3',
      direct: 0.998,
      disabledPlans: [[], [sway], [yammer], [sway, yammer], [forms, sway]] as string[][],
    },
    { sku: 'SPE_E5', enabled: Math.round(users * 0.96) },
    { sku: 'POWER_BI_PRO', group: 0.5 },
  ],
  withoutUsageLocation: 0.01,
})
const transfer = ['--sku', 'SPE_E3', '--to', 'SPE_E5', '--dry-run', '--report', 'preview.html,users.csv']
const selections = [
  ['--filter', 'accountEnabled eq true or accountEnabled eq false'],
  ['--group', 'All Company', '--except', '--filter', 'accountEnabled eq false'],
]

const preview = (users: number) => ({ users, timeScale: 0, writeMs: 0, licences: licencesOf(users) })

// In a clone, the first run after a change of the code loads the compiler of TypeScript, which takes 30 MB. The package has none.
await withDesk(preview(3_000), async desk => {
  for (const selection of selections) await desk.run(['licenses', 'transfer', ...selection, ...transfer])
})

await withDesk(preview(users), async desk => {
  say('| users | chosen by | seconds | CPU s | peak MB (VmHWM) |')
  say('| ---: | --- | ---: | ---: | ---: |')
  for (const selection of selections) {
    const { seconds, cpuSeconds, peakMb } = await desk.run(['licenses', 'transfer', ...selection, ...transfer])
    say(
      `| ${number(users)} | \`${selection.join(' ')}\` | ${number(seconds)} | ${number(cpuSeconds)} | ${number(peakMb)} |`,
    )
  }
})
