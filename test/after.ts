import { openServer } from './server.ts'

/** After all tests: whoever is last stops the embedded server. */
const server = await openServer()
await server.stop()
process.exit(0)
