/**
 * Moves the licences of the members of a group from direct ones to those of the group, and back to direct ones, while replies are lost and the
 * process is killed, and looks whether anybody lacks a plan at any time:
 *
 *     node --conditions=entrapipe-source bench/group-migration.ts [members] [kills]
 *
 * One member in a hundred is in error, and plans are unlike. Ends with 1 if a user lacked a plan, a second unit was used, or a result is
 * not what the truth says.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectedOf, migrate, openMigration } from '../test/campaign/group-migration.ts'

const [members = 50_000, kills = 3] = process.argv.slice(2).map(Number)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-group-migration-'))
const scene = await openMigration(folder, members)
let isWrong = false
try {
  const { licensing } = JSON.parse(scene.made.stdout) as { readonly licensing: object }
  say(`${scene.members.length} members; ${JSON.stringify(licensing)}`)
  const expected = expectedOf(scene)
  for (const to of ['group', 'direct'] as const) {
    const ended = await migrate(scene, to, { kills, share: 0.5 / (kills + 1) })
    const { counts, harmed, unitsBefore, unitsAfter, seconds, requests } = ended
    say(
      `--to ${to}: ${JSON.stringify(counts)}, exit ${ended.status}, ${ended.kills} kills, ${Math.round(seconds)} s, ${requests} requests, ${harmed.length} users lacked a plan, units ${unitsBefore} → ${unitsAfter}`,
    )
    const isExpected =
      to === 'group'
        ? counts['done'] === expected.done && counts['skipped'] === expected.skipped
        : ended.status === 0 && counts['failed'] === 0
    isWrong ||= harmed.length > 0 || unitsBefore !== unitsAfter || !isExpected
    if (!isExpected) say(`expected ${JSON.stringify(expected)}\n${ended.stderr}`)
  }
} finally {
  await scene.stage.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = isWrong ? 1 : 0
