import { readFile } from 'node:fs/promises'
import { runSandbox } from '../../../src/sandbox/main.ts'
import { serve } from '../../../src/sandbox/server/serve.ts'
import { fakeDirectory, fakeResources } from '../server/fake-directory.ts'

/** The background process with scripted resources. The second argument `foreground` makes it a foreground sandbox. */
const launch = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
await runSandbox({
  ...launch,
  foreground: process.argv[3] === 'foreground',
  create: options =>
    serve({ ...options, tls: false, directory: fakeDirectory(options.users ?? 1_000), resources: fakeResources() }),
  onReady: state => process.stdout.write(`ready ${state.pid} ${state.controlUrl}\n`),
})
