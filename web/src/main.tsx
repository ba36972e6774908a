import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { setApiLanguage } from './api/client';
import { App } from './App';
import { startBlinking } from './ui/blink';
import { localeOf, rememberedLanguage, rememberLanguage } from './ui/i18n';
import { applyTheme } from './ui/theme';
import './ui/tokens.css';
import './ui/base.css';

applyTheme();
startBlinking();
rememberLanguage(rememberedLanguage());
setApiLanguage(localeOf(rememberedLanguage()));

const root = document.getElementById('root');
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
