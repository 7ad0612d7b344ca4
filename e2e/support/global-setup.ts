// Starts one server on the demo cluster for all browser tests.
import { startServer } from './server.ts'

export default async function globalSetup(): Promise<() => Promise<void>> {
  const server = await startServer()
  process.env.REGISTREE_E2E_URL = server.url
  return server.stop
}
