// The built-in components. Each is a function (element, send) → { set?, slot? }:
//
//   element   its custom element in the page
//   send      (event, detail), what the page's bind… handlers get
//   set       (name, value) → true when it has dealt with an attribute by itself
//   slot      where its children go, when that is not the element itself
//
// They do what a page relies on, not all that WeChat offers.
import { button } from './button.js';
import { input, textarea } from './field.js';
import { image } from './image.js';
import { navigator } from './navigator.js';
import { picker } from './picker.js';
import { scrollView } from './scroll_view.js';
import { slider } from './slider.js';
import { swiper } from './swiper.js';
import { toggle } from './toggle.js';

export const COMPONENTS = {
  button, image, input, navigator, picker, 'scroll-view': scrollView, slider, swiper,
  switch: toggle, textarea,
};
