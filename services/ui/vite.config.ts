import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite build services/ui` writes dist/ui, which services/api serves; in development `vite services/ui` proxies to a running API. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  worker: { format: 'es' },
  build: { outDir: '../../dist/ui', emptyOutDir: true, target: 'es2022', reportCompressedSize: true, chunkSizeWarningLimit: 900 },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': 'http://127.0.0.1:8080', '/ui': 'http://127.0.0.1:8080' } },
})
