import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Passes on what comes to another port, until it is cut: then it answers nothing, and closes nothing, until it heals. */
export const cuttable = async (port: number) => {
  const sockets = new Set<Socket>()
  let isCut = false
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const server = createServer(client => {
    sockets.add(client)
    client.on('error', () => undefined)
    if (isCut) return
    const there = connect(port, '127.0.0.1')
    there.on('error', () => undefined)
    sockets.add(there)
    client.on('data', data => void (isCut || there.write(data)))
    there.on('data', data => void (isCut || client.write(data)))
    client.on('close', () => there.destroy())
    there.on('close', () => isCut || client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => void (isCut = true),
    /** Connections are lost, and new ones are passed on. */
    heal() {
      isCut = false
      destroyAll()
    },
    close() {
      destroyAll()
      server.close()
    },
  }
}
