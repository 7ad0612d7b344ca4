// English: the catalogue that the others translate, and that says which parameters a message has.
import { containers } from './en/containers.ts'
import { errors as errorSentences } from './en/errors.ts'
import { files } from './en/files.ts'
import { finalizers } from './en/finalizers.ts'
import { findingLinks, findings as findingSentences } from './en/findings.ts'
import { flannel as flannelSentences } from './en/flannel.ts'
import { notes } from './en/notes.ts'
import { notices } from './en/notices.ts'
import { allocation } from './en/page/allocation.ts'
import { app } from './en/page/app.ts'
import { code } from './en/page/code.ts'
import { compare } from './en/page/compare.ts'
import { connection } from './en/page/connection.ts'
import { deleted } from './en/page/deleted.ts'
import { errors } from './en/page/errors.ts'
import { findings } from './en/page/findings.ts'
import { flannel } from './en/page/flannel.ts'
import { freshness } from './en/page/freshness.ts'
import { glossary } from './en/page/glossary.ts'
import { hex } from './en/page/hex.ts'
import { history } from './en/page/history.ts'
import { keys } from './en/page/keys.ts'
import { lookup } from './en/page/lookup.ts'
import { namespaces } from './en/page/namespaces.ts'
import { overview } from './en/page/overview.ts'
import { palette } from './en/page/palette.ts'
import { related } from './en/page/related.ts'
import { resources } from './en/page/resources.ts'
import { search } from './en/page/search.ts'
import { size } from './en/page/size.ts'
import { tables } from './en/page/tables.ts'
import { timeline } from './en/page/timeline.ts'
import { trouble } from './en/page/trouble.ts'
import { value } from './en/page/value.ts'
import { problems } from './en/problems.ts'
import { queries } from './en/queries.ts'
import { related as relatedSentences, relations } from './en/related.ts'
import { states } from './en/states.ts'

/** Messages of the server by their noun, and the texts of the pages. */
export const en = {
  containers,
  errors: errorSentences,
  files,
  flannel: flannelSentences,
  finalizers,
  findingLinks,
  findings: findingSentences,
  notes,
  notices,
  problems,
  queries,
  related: relatedSentences,
  relations,
  states,
  page: {
    allocation,
    app,
    keys,
    overview,
    palette,
    code,
    compare,
    connection,
    deleted,
    errors,
    findings,
    flannel,
    freshness,
    glossary,
    hex,
    history,
    lookup,
    namespaces,
    related,
    resources,
    search,
    size,
    tables,
    timeline,
    trouble,
    value,
  },
} as const
