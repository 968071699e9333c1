import { connect, createServer, type Socket } from 'node:net'
import type pg from 'pg'

type Teardown = { teardown(work: () => Promise<void>): void }

/** A door between the house and its database that can be shut. */
export async function openProxy(t: Teardown, connection: pg.ClientConfig) {
  const sockets = new Set<Socket>()
  let mode: 'open' | 'cut' | 'silent' = 'open'
  const url = connection.connectionString ? new URL(connection.connectionString) : null
  const dial = () =>
    url ? connect(Number(url.port || 5432), url.hostname) : connect(`${connection.host}/.s.PGSQL.5432`)
  const server = createServer(client => {
    if (mode === 'cut') return void client.destroy()
    const upstream = dial()
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    client.on('data', data => mode === 'open' && upstream.write(data))
    upstream.on('data', data => mode === 'open' && client.write(data))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const database = url ? url.pathname.slice(1) : connection.database!
  const user = url ? url.username : connection.user!
  return {
    connection: {
      host: '127.0.0.1',
      port,
      database,
      user,
      ssl: false,
      ...(url?.password ? { password: url.password } : {})
    },
    cut() {
      mode = 'cut'
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    silence() {
      mode = 'silent'
    },
    heal() {
      mode = 'open'
    }
  }
}
