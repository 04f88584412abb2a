import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { backfillsSearch } from './pages/backfills/backfills-search.ts'
import { CrashPage } from './pages/crash-page.tsx'
import { selectionSearch } from './pages/dag/selection-search.ts'
import { DagsPage } from './pages/dags/dags-page.tsx'
import { dagsSearch } from './pages/dags/dags-search.ts'
import { datasetsSearch } from './pages/datasets/datasets-search.ts'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { runsSearch } from './pages/runs/runs-search.ts'
import { deadLettersSearch } from './pages/system/dead-letters-search.ts'
import { taskSearch } from './pages/task/task-search.ts'
import { versionsSearch } from './pages/versions/versions-search.ts'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: CrashPage })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/dags', replace: true })
  },
})

const dags = createRoute({ getParentRoute: () => root, path: '/dags', component: DagsPage, validateSearch: dagsSearch })

const dag = createRoute({
  getParentRoute: () => root,
  path: '/dags/$dagId',
  validateSearch: selectionSearch,
  component: lazyRouteComponent(() => import('./pages/dag/dag-page.tsx'), 'DagPage'),
})
const grid = createRoute({ getParentRoute: () => dag, path: '/', component: lazyRouteComponent(() => import('./pages/dag/grid/grid-tab.tsx'), 'GridTab') })
const graph = createRoute({
  getParentRoute: () => dag,
  path: '/graph',
  component: lazyRouteComponent(() => import('./pages/dag/graph/graph-tab.tsx'), 'GraphTab'),
})
const dagRuns = createRoute({
  getParentRoute: () => dag,
  path: '/runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('./pages/dag/dag-runs-tab.tsx'), 'DagRunsTab'),
})
const code = createRoute({ getParentRoute: () => dag, path: '/code', component: lazyRouteComponent(() => import('./pages/dag/code-tab.tsx'), 'CodeTab') })

const dagBackfills = createRoute({
  getParentRoute: () => dag,
  path: '/backfills',
  validateSearch: backfillsSearch,
  component: lazyRouteComponent(() => import('./pages/backfills/dag-backfills-tab.tsx'), 'DagBackfillsTab'),
})
const dagDatasets = createRoute({
  getParentRoute: () => dag,
  path: '/datasets',
  component: lazyRouteComponent(() => import('./pages/datasets/dag-datasets-tab.tsx'), 'DagDatasetsTab'),
})
const versions = createRoute({
  getParentRoute: () => dag,
  path: '/versions',
  validateSearch: versionsSearch,
  component: lazyRouteComponent(() => import('./pages/versions/versions-tab.tsx'), 'VersionsTab'),
})

const run = createRoute({
  getParentRoute: () => root,
  path: '/dags/$dagId/runs/$runId',
  component: lazyRouteComponent(() => import('./pages/run/run-page.tsx'), 'RunPage'),
})
const task = createRoute({
  getParentRoute: () => root,
  path: '/dags/$dagId/runs/$runId/tasks/$taskId',
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import('./pages/task/task-page.tsx'), 'TaskPage'),
})
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.tsx'), 'RunsPage'),
})

const backfills = createRoute({
  getParentRoute: () => root,
  path: '/backfills',
  validateSearch: backfillsSearch,
  component: lazyRouteComponent(() => import('./pages/backfills/backfills-page.tsx'), 'BackfillsPage'),
})

const datasets = createRoute({
  getParentRoute: () => root,
  path: '/datasets',
  validateSearch: datasetsSearch,
  component: lazyRouteComponent(() => import('./pages/datasets/datasets-page.tsx'), 'DatasetsPage'),
})
const dataset = createRoute({
  getParentRoute: () => root,
  path: '/datasets/$datasetId',
  component: lazyRouteComponent(() => import('./pages/datasets/dataset-page.tsx'), 'DatasetPage'),
})

const system = createRoute({
  getParentRoute: () => root,
  path: '/workers',
  component: lazyRouteComponent(() => import('./pages/system/system-page.tsx'), 'SystemPage'),
})
const workers = createRoute({
  getParentRoute: () => system,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/system/workers-tab.tsx'), 'WorkersTab'),
})
const pools = createRoute({
  getParentRoute: () => system,
  path: '/pools',
  component: lazyRouteComponent(() => import('./pages/system/pools-tab.tsx'), 'PoolsTab'),
})
const deadLetters = createRoute({
  getParentRoute: () => system,
  path: '/dead-letters',
  validateSearch: deadLettersSearch,
  component: lazyRouteComponent(() => import('./pages/system/dead-letters-tab.tsx'), 'DeadLettersTab'),
})

/** Every address of the web app. What a page shows stands in its address, so back and links always work. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    dags,
    dag.addChildren([grid, graph, dagRuns, dagBackfills, dagDatasets, code, versions]),
    run,
    task,
    runs,
    backfills,
    datasets,
    dataset,
    system.addChildren([workers, pools, deadLetters]),
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
