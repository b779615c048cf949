/**
 * Transfers 50,000 users from E3 to E5 with the sandbox in the same process, while units are short and somebody else takes some, and undoes
 * it: `npm run bench:transfer -- [users]`. Prints what the preview said, what was done, and what the sandbox's ledger says.
 */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { transferScene } from '../test/engine/changes/transfer-scene.ts'

const users = Number(process.argv[2] ?? 52_000)
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-transfer-'))
const ends: (() => Promise<void>)[] = []
const test = {
  testdir(files: Readonly<Record<string, unknown>>) {
    for (const [name, content] of Object.entries(files))
      if (typeof content === 'string') writeFileSync(join(folder, name), content)
      else mkdirSync(join(folder, name), { recursive: true })
    return folder
  },
  teardown: (end: () => Promise<void>) => void ends.unshift(end),
}
try {
  const share = (count: number): number => count / 52_000
  const found = await transferScene(test as unknown as Test, {
    users,
    direct: 0.96,
    inherited: share(1_000),
    withoutLocation: share(500),
    usualPlans: 1_000,
    short: Math.round(share(2_000) * users),
    taken: Math.round(share(100) * users),
  })
  const { rss } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ ...found, rssMb: Math.round(rss / 1_000_000) }, undefined, 2)}\n`)
} finally {
  for (const end of ends) await end()
  rmSync(folder, { recursive: true, force: true })
}
