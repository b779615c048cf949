import t from 'tap'
import { callControl } from '../../../src/sandbox/process/call-control.ts'
import { readState } from '../../../src/sandbox/process/state-file.ts'
import { changeDesk } from '../change-desk.ts'

t.test(
  'members go into a group that the command before has created, though the directory does not show it yet',
  async t => {
    const desk = await changeDesk(t)
    const state = (await readState(await desk.look(async ({ folder }) => folder.folder('sandbox'))))!
    const [user] = await desk.people('id')
    for (const view of ['direct', 'index']) await callControl(state, 'PUT', '/lag', { view, ms: 1_000 })
    const made = await desk.change(['groups', 'create'], 'displayName,mailNickname\nNight Shift,nightshift\n')
    t.match(made.results, [{ outcome: 'done' }])
    const added = await desk.change(['members', 'add', '--group', 'Night Shift'], `id\n${String(user!['id'])}\n`)
    t.match(added.results, [{ outcome: 'done' }], added.stderr)
  },
)
