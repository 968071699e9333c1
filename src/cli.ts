#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import { settingsHelp } from './config.ts'

const instant = (text: string) => {
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('Not an RFC 3339 instant.')
  return new Date(text).toISOString()
}

// Each command loads what it needs when it is asked for: a server that starts does not wait for the importer's libraries.
const program = new Command('broadsheet')
  .description('A headless CMS content API for multilingual newsrooms.')
  .version('0.1.0')
  .showHelpAfterError()
  .addHelpText('after', `\nConfiguration, from the environment:\n${settingsHelp()}`)

program
  .command('serve')
  .description('Start the API; brings the database to this version first. Ctrl-C stops all that was started.')
  .option('--demo', 'fill an empty database with the demo newsroom')
  .action(async options => (await import('./commands/serve.ts')).serveCommand(options))

program
  .command('worker')
  .description('Do the scheduled work apart from the server, which then runs with WORKER=apart.')
  .action(async () => (await import('./commands/worker.ts')).workerCommand())

program
  .command('migrate')
  .description('Bring the database to this version and leave. Safe to run beside a server that starts.')
  .action(async () => (await import('./commands/migrate.ts')).migrateCommand())

program
  .command('import')
  .description('Read newsroom NDJSON, plain or gzip, into the database. Can be repeated and continued.')
  .argument('<files...>', 'files to read; - is standard input')
  .option('--rejects <file>', 'where lines that cannot be imported go, with the reason', 'import.rejects.ndjson')
  .option('--at <instant>', 'the instant given to things without a date (default: now)', instant)
  .option('--quiet', 'no progress, only the summary')
  .action(async (files, options) => (await import('./commands/import.ts')).importCommand(files, options))

program
  .command('reindex')
  .description('Make anew what is derived from the articles.')
  .command('related')
  .description(
    'Compare all published articles anew, while serving. Can be stopped and continued; a running server goes on with it.'
  )
  .option('--restart', 'begin at the beginning, also when a rebuild is under way')
  .option('--quiet', 'no progress, only the summary')
  .action(async options => (await import('./commands/reindex.ts')).reindexRelatedCommand(options))

const keys = program.command('keys').description('Make, list and revoke the keys of the API.')
const collect = (value: string, all: string[]) => [...all, value]
keys
  .command('create')
  .description('Make a key and print it, once. Scopes: resource:action, narrowed by ;language= ;source= ;section=')
  .option('--scope <scope>', 'what the key may do; can be repeated', collect, [] as string[])
  .option('--consumer <slug>', 'who uses it', 'newsroom')
  .option('--name <name>', 'what it is for', '')
  .option('--expires <instant>', 'when it ends (default: never)', instant)
  .action(async options => {
    if (options.scope.length === 0)
      throw new Error("Say what it may do, such as --scope '*:*' or --scope articles:write")
    await (await import('./commands/keys.ts')).createKeyCommand(options)
  })
keys
  .command('list')
  .description('All keys: prefix, state, scopes, last use.')
  .action(async () => (await import('./commands/keys.ts')).listKeysCommand())
keys
  .command('revoke')
  .description('Revoke a key; every process refuses it within a second.')
  .argument('<prefix>', 'the key, its first 12 characters, or its id')
  .action(async prefix => (await import('./commands/keys.ts')).revokeKeyCommand(prefix))

program
  .command('audit')
  .description('The audit trail.')
  .command('verify')
  .description('Compute its chain of hashes again; ends with 1 and names the first broken position if there is one.')
  .action(async () => (await import('./commands/audit.ts')).verifyAuditCommand())

program
  .command('openapi')
  .description('Print the OpenAPI 3.1 document.')
  .option('-o, --output <file>', 'write it to a file instead')
  .action(async options => (await import('./commands/print.ts')).openapiCommand(options))

program
  .command('schema')
  .description('Print the JSON Schema of newsroom NDJSON.')
  .option('-o, --output <file>', 'write it to a file instead')
  .action(async options => (await import('./commands/print.ts')).schemaCommand(options))

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`broadsheet: ${(error as Error).message}\n`)
  process.exitCode = 1
}
