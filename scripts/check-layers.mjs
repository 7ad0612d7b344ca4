// `npm run layers`: which folders may import which (docs/architecture.md), and proof that the check has really read the sources.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)
const { forbidden, options } = await extractDepcruiseConfig(path.join(root, '.dependency-cruiser.cjs'))
const { output } = await cruise(
  ['apps', 'packages'],
  { ...options, ruleSet: { forbidden, options }, validate: true },
  options.enhancedResolveOptions,
)
const { violations, totalCruised } = output.summary
const ours = output.modules.filter(({ source }) => /^(apps|packages)\/[^/]+\/src\//.test(source))
const imports = ours.reduce((sum, { dependencies }) => sum + dependencies.length, 0)

for (const { from, to, rule } of violations) process.stderr.write(`${rule.name}: ${from} → ${to}\n`)
process.stdout.write(
  `${ours.length} modules of ours, ${imports} imports, ${totalCruised} modules in all, ${violations.length} against the rules\n`,
)
// A parser that cannot read TypeScript finds nothing, and so no violation.
if (ours.length === 0 || imports === 0) {
  process.stderr.write('No module was read: the check proves nothing.\n')
  process.exitCode = 1
} else if (violations.some(({ rule }) => rule.severity === 'error')) process.exitCode = 1
