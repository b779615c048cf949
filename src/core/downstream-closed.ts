/** Who reads our output has had enough (`| head`). Not a failure: the run ends quietly and closes upstream. */
export class DownstreamClosed extends Error {
  override readonly name = 'DownstreamClosed'
}
