// A step of the build: marks the schemas of the contract as free of side effects, so that those that no page uses are dropped, and typebox with them.
import type { Plugin } from 'vite'

export function unusedSchemas(): Plugin {
  return {
    name: 'registree-unused-schemas',
    apply: 'build',
    // After the types are gone.
    enforce: 'post',
    transform: {
      filter: { id: /[\\/]packages[\\/]contract[\\/]src[\\/]/ },
      handler(code) {
        let marked = code
        // From the end, so that earlier positions stay right.
        for (const { init } of topLevelConstants(this.parse(code)).reverse())
          marked = `${marked.slice(0, init.start)}/* @__PURE__ */ (() => (${marked.slice(init.start, init.end)}))()${marked.slice(init.end)}`
        return { code: marked, map: null }
      },
    },
  }
}

type Parsed = ReturnType<ThisParameterType<Extract<NonNullable<Plugin['transform']>, (...args: never[]) => unknown>>['parse']>

/** Constants that are made by a call: what else a module declares has no side effects. */
function topLevelConstants({ body }: Parsed) {
  return body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type !== 'VariableDeclaration') return []
    return declared.declarations.flatMap(({ init }) =>
      init?.type === 'CallExpression' || init?.type === 'ObjectExpression' ? [{ init }] : [],
    )
  })
}
