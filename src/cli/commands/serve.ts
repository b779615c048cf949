import { InvalidArgumentError } from 'commander'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { bytes, each, port, whole } from '../options/values.ts'
import type { ServeOptions } from '../server/run-server.ts'

const add: CommandModule = (program, cli) => {
  program
    .command('serve')
    .summary('serve jobs over a REST API')
    .description(
      'Runs jobs until you stop it, and serves them over a REST API: submit, watch, results, cancel, resume, undo. Without --host only this machine can reach it. It prints a link that signs one browser in, and `entrapipe jobs` finds it by itself.',
    )
    .option('--host <address>', 'address to listen on; other than of this machine it needs TLS (127.0.0.1)')
    .option('--port <number>', 'port to listen on; 0 picks a free one (7443)', port)
    .option(
      '--tenant <name>',
      'a tenant of the configuration, or sandbox; can be repeated (all of the configuration)',
      each,
    )
    .option('--pipelines <folder>', 'folder with pipeline files that jobs may run')
    .option(
      '--files <place>',
      'folder for files that are sent and written (in the state folder); with DATABASE_URL, one that all machines share, or an address of Azure Blob Storage or S3',
    )
    .option(
      '--workers <number>',
      'jobs that run at a time here (2); with DATABASE_URL, 0 leaves them to `entrapipe worker`',
      whole('--workers', 0, 64),
    )
    .option('--tls-cert <file>', 'certificate of the server, with its chain, as PEM')
    .option('--tls-key <file>', 'private key of the certificate, as PEM, for its owner only')
    .option(
      '--behind-proxy <range>',
      'a proxy of this range of addresses, such as 10.0.0.0/8, has TLS; can be repeated',
      each,
    )
    .option('--entra <app>', 'also accept tokens of Entra for this app: client id@tenant id', entraApp)
    .option('--max-upload <size>', 'largest file that is accepted, such as 500MB (10GB)', bytes('--max-upload'))
    .addHelpText(
      'after',
      examples(
        'serve --tenant sandbox',
        'serve --tenant contoso --host 0.0.0.0 --tls-cert server.pem --tls-key server.key',
      ),
    )
    .action(async (options: ServeOptions) => {
      const { runServer } = await import('../server/run-server.ts')
      await runServer(options, cli)
    })
}

const entraApp = (text: string): NonNullable<ServeOptions['entra']> => {
  const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
  const [, clientId, tenantId] = new RegExp(`^(${id})@(${id})$`, 'i').exec(text) ?? []
  if (clientId === undefined || tenantId === undefined)
    throw new InvalidArgumentError(
      `Expected --entra to be the id of an app, @, and the id of its tenant, got "${text}".`,
    )
  return { clientId: clientId.toLowerCase(), tenantId: tenantId.toLowerCase() }
}

export default add
