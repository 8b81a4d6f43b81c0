// <image>: 320 × 240 unless the page says otherwise, filled by the picture as `mode` says.
const FITS = { scaleToFill: 'fill', aspectFit: 'contain', aspectFill: 'cover' };

export function image(element, send) {
  const img = element.appendChild(document.createElement('img'));
  img.onload = () => send('load', { width: img.naturalWidth, height: img.naturalHeight });
  img.onerror = () => send('error', { errMsg: `GET ${img.getAttribute('src')} 404 (Not Found)` });
  return {
    set(name, value) {
      if (name === 'src') {
        const path = String(value || '');
        // A path is one of the package; only data: and https: leave it.
        if (path) img.src = /^[a-z]+:/i.test(path) ? path : `/pkg/${path.replace(/^\//, '')}`;
        return true;
      }
      if (name === 'mode') {
        img.style.objectFit = FITS[value] || 'none';
        element.dataset.mode = value;
        return true;
      }
      return false;
    },
  };
}
