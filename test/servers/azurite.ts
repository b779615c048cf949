import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { Test } from 'tap'
import { installed } from './installed.ts'
import type { ObjectServer } from './object-server.ts'

interface BlobServer {
  start(): Promise<void>
  close(): Promise<void>
  getHttpServerAddress(): string
}

/** The account of every Azurite, and its key, which is in Microsoft's documents. */
const account = 'devstoreaccount1'
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/**
 * Starts Azurite, Microsoft's emulator of blobs, for a test. It keeps what it has in memory.
 *
 * @see https://learn.microsoft.com/azure/storage/common/storage-use-azurite
 */
export const azurite = async (t: Test): Promise<ObjectServer> => {
  const Configuration = installed<{ default: new (...options: unknown[]) => object }>(
    'azurite/dist/src/blob/BlobConfiguration',
  ).default
  const Server = installed<{ default: new (configuration: object) => BlobServer }>(
    'azurite/dist/src/blob/BlobServer',
  ).default
  const none = undefined
  const configuration = new Configuration(
    ...['127.0.0.1', 0, none, none, none, none, false, none, false, none, false, true, '', '', '', none, false, true],
  )
  const server = new Server(configuration)
  await server.start()
  t.teardown(() => server.close())
  const origin = server.getHttpServerAddress()
  const service = new BlobServiceClient(`${origin}/${account}`, new StorageSharedKeyCredential(account, key))
  return {
    origin,
    variables: () => ({ AZURE_STORAGE_KEY: key }),
    folder: (container, folder, at = origin) => `${at}/${account}/${container}/${folder}`,
    create: async name => void (await service.createContainer(name)),
  }
}
