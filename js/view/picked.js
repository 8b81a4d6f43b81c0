/** Whether a coupon of a receipt is used; one still to be claimed is picked all the same. */
export const isPicked = ({ reason }) => reason === 'PICKED';
