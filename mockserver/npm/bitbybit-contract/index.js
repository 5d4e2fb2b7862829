import { find } from './launch.js';

export const programPath = () => find('bitbybit-contract');
