import { float32Layout } from './float32-layout.js';
import type { InputLayout } from './input-layout.js';
import { int64Layout } from './int64-layout.js';
import { stringLayout } from './string-layout.js';

/** Every way in which features become a tensor. Add one by one file and one line here. */
export const INPUT_LAYOUTS: readonly InputLayout[] = [float32Layout, int64Layout, stringLayout];
