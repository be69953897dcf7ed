// @ts-check
// figures: Walk and Fork come to life. bring(root, config).

function bring(root, config) {
  ({ walk, fork })[config.kind](root, config);
  root.classList.add("alive");
}
