import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './data/query-client.ts'
import { openLiveStream } from './live/live-stream.ts'
import { applyTheme } from './prefs/theme.ts'
import { router } from './router.tsx'
import './styles/base.css'

applyTheme()
const close = openLiveStream(queryClient)
window.addEventListener('pagehide', close)
// A page that comes back from the browser's back-forward cache has missed what happened meanwhile.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload()
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
