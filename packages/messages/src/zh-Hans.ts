// Simplified Chinese: every message of the English catalogue, and nothing else.
import type { Translation } from './catalogue.ts'
import type { en } from './en.ts'
import { containers } from './zh-Hans/containers.ts'
import { errors as errorSentences } from './zh-Hans/errors.ts'
import { files } from './zh-Hans/files.ts'
import { finalizers } from './zh-Hans/finalizers.ts'
import { findingLinks, findings as findingSentences } from './zh-Hans/findings.ts'
import { flannel as flannelSentences } from './zh-Hans/flannel.ts'
import { notes } from './zh-Hans/notes.ts'
import { notices } from './zh-Hans/notices.ts'
import { allocation } from './zh-Hans/page/allocation.ts'
import { app } from './zh-Hans/page/app.ts'
import { code } from './zh-Hans/page/code.ts'
import { compare } from './zh-Hans/page/compare.ts'
import { connection } from './zh-Hans/page/connection.ts'
import { deleted } from './zh-Hans/page/deleted.ts'
import { errors } from './zh-Hans/page/errors.ts'
import { findings } from './zh-Hans/page/findings.ts'
import { flannel } from './zh-Hans/page/flannel.ts'
import { freshness } from './zh-Hans/page/freshness.ts'
import { glossary } from './zh-Hans/page/glossary.ts'
import { hex } from './zh-Hans/page/hex.ts'
import { history } from './zh-Hans/page/history.ts'
import { keys } from './zh-Hans/page/keys.ts'
import { lookup } from './zh-Hans/page/lookup.ts'
import { namespaces } from './zh-Hans/page/namespaces.ts'
import { overview } from './zh-Hans/page/overview.ts'
import { palette } from './zh-Hans/page/palette.ts'
import { related } from './zh-Hans/page/related.ts'
import { resources } from './zh-Hans/page/resources.ts'
import { search } from './zh-Hans/page/search.ts'
import { size } from './zh-Hans/page/size.ts'
import { tables } from './zh-Hans/page/tables.ts'
import { timeline } from './zh-Hans/page/timeline.ts'
import { trouble } from './zh-Hans/page/trouble.ts'
import { value } from './zh-Hans/page/value.ts'
import { problems } from './zh-Hans/problems.ts'
import { queries } from './zh-Hans/queries.ts'
import { related as relatedSentences, relations } from './zh-Hans/related.ts'
import { states } from './zh-Hans/states.ts'

export default {
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
} satisfies Translation<typeof en>
