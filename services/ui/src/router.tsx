import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { CrashPage } from './pages/crash-page.tsx'
import { selectionSearch } from './pages/dag/selection-search.ts'
import { DagsPage } from './pages/dags/dags-page.tsx'
import { dagsSearch } from './pages/dags/dags-search.ts'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { runsSearch } from './pages/runs/runs-search.ts'
import { taskSearch } from './pages/task/task-search.ts'
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

/** Every address of the web app. What a page shows stands in its address, so back and links always work. */
export const router = createRouter({
  routeTree: root.addChildren([home, dags, dag.addChildren([grid, graph, dagRuns, code]), run, task, runs]),
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
